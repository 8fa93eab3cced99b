"""A page of its own for a good answer: written, looked at, and laid before its asker."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from articles.models import Topic
from comments.answer_pages import making
from comments.models import AnswerPage
from comments.words import one_line, tidy

from .guards import coach_of, for_coaches, thread_or_404


class AnswerPageForm(forms.ModelForm):
    """The page as it will stand. Its words are the coach's; the comments stay as they are."""

    topics = forms.ModelMultipleChoiceField(
        queryset=Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AnswerPage
        fields = ["title", "body_part", "topics", "question", "answer"]
        widgets = {
            "question": forms.Textarea(attrs={"rows": 6}),
            "answer": forms.Textarea(attrs={"rows": 12}),
        }
        help_texts = {
            "question": "Leave out what is too private to stand by itself.",
            "answer": "All that you answered in this thread, to be made one.",
        }
        error_messages = {
            "title": {"required": "Give the page a title: the question in one line."},
            "question": {"required": "The question is missing."},
            "answer": {"required": "The answer is missing."},
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("title", "question", "answer"):
            # Cut by no browser, which would say nothing of it.
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_question(self) -> str:
        return tidy(self.cleaned_data["question"])

    def clean_answer(self) -> str:
        return tidy(self.cleaned_data["answer"])


@for_coaches
@require_http_methods(["GET", "HEAD", "POST"])
def answer_page(request: HttpRequest, thread_id: str) -> HttpResponse:
    """Make, change or take down the page of a thread's answer."""
    thread = thread_or_404(thread_id)
    page = AnswerPage.objects.filter(thread=thread).first()
    if page is None:
        try:
            page = making.draft_of(thread)
        except making.CannotMake:
            messages.warning(
                request, "Only an answered question that all may read can have a page."
            )
            return redirect("desk_thread", thread.pk)
    if request.method == "POST" and "take_down" in request.POST and page.pk:
        making.take_down(page)
        messages.success(request, "The page is gone. The question and your answer stay.")
        return redirect("desk_thread", thread.pk)
    initial = {} if page.pk else {"topics": thread.article.topics.all()}
    form = AnswerPageForm(
        request.POST if request.method == "POST" else None, instance=page, initial=initial
    )
    is_valid = form.is_valid()
    if is_valid and "preview" not in request.POST:
        is_new = page.pk is None
        page = making.keep(form.instance, coach_of(request), form.cleaned_data["topics"])
        messages.success(request, _told(page) if is_new else "Changed.")
        return redirect("desk_thread", thread.pk)
    return render(
        request,
        "desk/answer_page.html",
        {
            "section": "desk",
            "thread": thread,
            "page": page,
            "form": form,
            "preview": form.cleaned_data if is_valid else None,
        },
        status=422 if form.errors else 200,
    )


def _told(page: AnswerPage) -> str:
    if page.told_at is None:
        return "The page is public now."
    return f"The asker is told. Unless they mind, it is public from {page.opens_at:%-d %B} on."
