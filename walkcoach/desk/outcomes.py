"""What comes of an answer: an article to write, and what the askers say became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from comments import drafts, reading
from comments.models import Outcome, Thread
from comments.outcomes import ASK_AFTER

from .guards import for_coaches

OUTCOMES_ON_A_PAGE = 20


@for_coaches
@require_POST
@permission_required(["articles.add_article", "articles.change_article"], raise_exception=True)
def article_draft(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Make a draft of the thread's answer, or find the one made before, and open it."""
    assert isinstance(request.user, User)
    thread = get_object_or_404(Thread, pk=thread_id)
    try:
        draft, is_new = drafts.draft_of(thread, request.user)
    except drafts.NothingToDraft:
        messages.warning(request, "Answer first; the draft is made of your answer.")
        return redirect("desk")
    if is_new:
        messages.success(request, "A draft of your answer. Only you see it until you publish it.")
    else:
        messages.info(request, "You made this from the same answer before.")
    return redirect("admin:articles_article_change", draft.pk)


@for_coaches
@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """What askers said of the answers, newest first. A constant number of queries."""
    said = Outcome.objects.select_related("thread__root", "thread__article")
    page = reading.nearest_page(
        Paginator(said.order_by("-said_at", "-thread"), OUTCOMES_ON_A_PAGE),
        request.GET.get("page"),
    )
    counted = Outcome.objects.order_by().values_list("helped").annotate(Count("pk"))
    return render(
        request,
        "desk/outcomes.html",
        {
            "section": "desk",
            "page": page,
            "counts": dict.fromkeys(Outcome.Helped.values, 0) | dict(counted),
            "days": ASK_AFTER.days,
        },
    )
