"""Asking for the free report, and fetching it by a mailed link.

Opening the link spends nothing, since programs that scan mail do that too; a press does.
"""

from typing import Any

from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.guests import SeeOther, by_mailed_link, comes_from_elsewhere, in_words

from . import consent, limits, reports, tokens
from .forms import ReportForm
from .models import Report, ReportRequest
from .views import TOO_MANY


@csrf_exempt  # a visitor has no authority that another site could borrow; see the check within
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, and a form for an address. Pages that show it lead here too. 1 query to show."""
    offered = get_object_or_404(Report.objects.offered(), slug=slug)
    if request.method != "POST":
        return _ask(request, offered, ReportForm())
    if comes_from_elsewhere(request):
        again = ReportForm({"email": request.POST.get("email", "")})
        trouble = "Press once more, please: this came from another site."
        return _ask(request, offered, again, trouble, 403)
    form = ReportForm(request.POST)
    if form.is_trapped:
        return SeeOther(reverse("subscribing:sent"))
    if not form.is_valid():
        return _ask(request, offered, form, status=422)
    try:
        reports.ask(
            offered,
            form.cleaned_data["email"],
            request.META.get("REMOTE_ADDR"),
            wants_articles=form.cleaned_data["wants_articles"],
        )
    except limits.OverLimit as over:
        response = _ask(request, offered, form, TOO_MANY.format(in_words(over.wait)), 429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    return SeeOther(reverse("subscribing:sent"))


def _ask(
    request: HttpRequest, offered: Report, form: ReportForm, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {"section": "articles", "report": offered, "form": form, "trouble": trouble}
    return render(request, "articles/subscribing/report.html", context, status=status)


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def report_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Confirm, fetch, or have a new link mailed: one page, whose button says what comes next."""
    try:
        wanted = tokens.request_of(token)
    except signing.BadSignature:
        raise Http404 from None
    if wanted is None or not wanted.report.is_offered:
        return _show(request, "gone", wanted, status=410)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "again":
        return _mail_again(request, wanted)
    if not reports.works(wanted):
        return _show(request, "expired", wanted, status=410)
    if act in ("confirm", "confirm_with_articles"):
        reports.confirm(wanted, wants_articles=act == "confirm_with_articles")
        return SeeOther(request.path)
    if wanted.confirmed_at is None:
        return _show(request, "ask", wanted, consent=consent.words())
    if act == "fetch":
        return _file(request, wanted)
    return _show(request, "fetch", wanted)


def _mail_again(request: HttpRequest, wanted: ReportRequest) -> HttpResponse:
    try:
        reports.mail_again(wanted, request.META.get("REMOTE_ADDR"))
    except limits.OverLimit as over:
        return _show(request, "over_limit", wanted, status=429, wait=in_words(over.wait))
    return SeeOther(reverse("subscribing:sent"))


def _file(request: HttpRequest, wanted: ReportRequest) -> HttpResponseBase:
    try:
        file = wanted.report.file.open("rb")
    except OSError:
        return _show(request, "gone", wanted, status=410)
    if not reports.count_download(wanted):
        file.close()
        return _show(request, "expired", wanted, status=410)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{wanted.report.slug}.pdf",
        content_type="application/pdf",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # It is packed already; packed again, it would lose its length, and a phone its progress bar.
    response.headers["Content-Encoding"] = "identity"
    return response


def _show(
    request: HttpRequest,
    stage: str,
    wanted: ReportRequest | None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        "articles/subscribing/fetch.html",
        {
            "section": "articles",
            "stage": stage,
            "wanted": wanted,
            "report": wanted.report if wanted else None,
            "hours": int(reports.LINK_WORKS_FOR.total_seconds() // 3600),
            "left": reports.DOWNLOADS_PER_LINK - wanted.downloads_of_link if wanted else 0,
            **context,
        },
        status=status,
    )
