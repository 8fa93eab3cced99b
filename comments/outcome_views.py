"""The page behind "did it help?": opening it says nothing, a press does."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from . import outcomes, tokens
from .models import Comment, Outcome, Thread
from .own_views import by_link, private_address
from .views import SeeOther
from .words import one_line


class OutcomeForm(forms.ModelForm):
    """What a press says. The asker of a private thread is not offered to show it."""

    class Meta:
        model = Outcome
        fields = ["helped", "words", "is_shown"]
        widgets = {"words": forms.TextInput}
        labels = {"words": "A line to the coach"}
        help_texts = {"words": "Only the coach reads it."}
        error_messages = {
            "helped": {
                "required": "Press one of the three.",
                "invalid_choice": "Press one of the three.",
            },
            "words": {"max_length": "Keep it under %(limit_value)d characters."},
        }

    def __init__(self, *args: Any, thread: Thread, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Cut by no browser, which would say nothing of it.
        self.fields["words"].widget.attrs.pop("maxlength", None)
        if thread.is_hidden:
            del self.fields["is_shown"]
        else:
            name = thread.root.author_name
            self.fields["is_shown"].label = f"Show it under the article: “{name} says …”"

    def clean_words(self) -> str:
        return one_line(self.cleaned_data["words"])


@by_link(tokens.thread_of_outcome)
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, thread: Thread | None) -> HttpResponse:
    """Ask whether the answer helped, and keep what is pressed. Guests and members alike."""
    if thread is None or thread.root.state != Comment.State.PUBLISHED:
        raise Http404
    said = thread.outcome
    form = OutcomeForm(
        request.POST if request.method == "POST" else None, instance=said, thread=thread
    )
    if form.is_valid():
        outcomes.say(
            thread,
            Outcome.Helped(form.cleaned_data["helped"]),
            words=form.cleaned_data["words"],
            is_shown=form.cleaned_data.get("is_shown", False),
        )
        return SeeOther(request.path)
    return render(
        request,
        "comments/outcome.html",
        {
            "section": "articles",
            "thread": thread,
            "outcome": None if form.errors else said,
            "form": form,
            "choices": Outcome.Helped.choices,
            "read": _where_to_read(thread),
            "follow_up": _where_to_ask(thread),
        },
        status=422 if form.errors else 200,
    )


def _where_to_read(thread: Thread) -> str | None:
    if thread.is_hidden:
        return private_address(thread)
    can_read = thread.is_public and thread.article.is_live
    return thread.root.get_absolute_url() if can_read else None


def _where_to_ask(thread: Thread) -> str | None:
    """Where a follow-up is written, which makes the thread wait again; None where none is taken."""
    if not thread.article.comments_open or _where_to_read(thread) is None:
        return None
    if thread.is_hidden:
        return private_address(thread)
    return reverse("comments:reply", args=[thread.pk])
