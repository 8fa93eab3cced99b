"""The page for the doctor: on the screen, on paper, as a PDF. For its owner alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..guards import ReaderRequest, own_log, today_of
from ..summary import ALL_PARTS, of_readers
from . import pdf, sheet


@require_safe
@own_log
def page(request: ReaderRequest) -> HttpResponse:
    """The sheet as a page that prints on one A4. At most 6 queries."""
    return render(
        request,
        "walking_log/doctor.html",
        {
            "section": "log",
            "sheet": _sheet(request),
            "with_notes": _with_notes(request),
            "self_recorded": sheet.SELF_RECORDED,
            "today": today_of(request),
        },
    )


@require_safe
@own_log
def as_pdf(request: ReaderRequest) -> HttpResponse:
    """The sheet as a file."""
    today = today_of(request)
    made_on = f"{today.day} {today:%B %Y}"
    response = HttpResponse(
        pdf.draw(_sheet(request), made_on=made_on), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="walks-{today.isoformat()}.pdf"'
    return response


def _sheet(request: ReaderRequest) -> sheet.Sheet:
    log = of_readers({request.user: ALL_PARTS})[request.user.pk]
    return sheet.of(log, with_notes=_with_notes(request))


def _with_notes(request: ReaderRequest) -> bool:
    """Notes are for oneself, and go to the doctor only where that was asked."""
    return request.GET.get("notes") == "1"
