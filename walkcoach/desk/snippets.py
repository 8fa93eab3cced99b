"""The coach's phrases: words they write often, to be inserted into an answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments.models import Snippet

from .forms import SnippetForm
from .guards import coach_of, for_coaches


@for_coaches
@require_safe
def snippets(request: HttpRequest) -> HttpResponse:
    """All of the coach's own. One query."""
    return render(
        request,
        "desk/snippets.html",
        {"section": "desk", "snippets": list(Snippet.objects.filter(coach=coach_of(request)))},
    )


@for_coaches
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, snippet_id: int | None = None) -> HttpResponse:
    """Write a new phrase, or change one."""
    coach = coach_of(request)
    snippet = Snippet(coach=coach)
    if snippet_id is not None:
        snippet = get_object_or_404(Snippet, pk=snippet_id, coach=coach)
    form = SnippetForm(request.POST if request.method == "POST" else None, instance=snippet)
    if form.is_valid():
        form.save()
        messages.success(request, f"“{snippet.title}” is kept.")
        return redirect("desk_snippets")
    return render(
        request,
        "desk/snippet.html",
        {"section": "desk", "form": form, "snippet": snippet},
        status=422 if form.errors else 200,
    )


@for_coaches
@require_POST
def delete(request: HttpRequest, snippet_id: int) -> HttpResponse:
    """Delete a phrase. The page it was on had its words, and asked."""
    snippet = get_object_or_404(Snippet, pk=snippet_id, coach=coach_of(request))
    snippet.delete()
    messages.success(request, f"“{snippet.title}” is deleted.")
    return redirect("desk_snippets")
