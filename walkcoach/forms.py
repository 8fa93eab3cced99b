"""The coach's answer."""

from collections.abc import Iterable

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime

from comments.models import Comment

# Long enough for a careful answer, short enough for a mail on a phone.
MAX_ANSWER = 8000


class AnswerForm(forms.Form):
    """An answer to one of a thread's comments; the newest of them unless the coach says otherwise.

    Cleans `reply_to` to the `Comment`. Costs no query but that of `comments`.
    """

    reply_to = forms.ChoiceField(
        label="Answer to",
        error_messages={
            "required": "Choose whom you answer.",
            "invalid_choice": "That comment has been taken down meanwhile. Choose another.",
        },
    )
    body = forms.CharField(
        label="Your answer",
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Write your answer first.",
            "max_length": "Keep it under %(limit_value)d characters; it has %(show_value)d now.",
        },
    )

    def __init__(self, *args, comments: Iterable[Comment], **kwargs):
        super().__init__(*args, **kwargs)
        self._comments = {str(comment.pk): comment for comment in comments}
        field = self.fields["reply_to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, f"{comment.author_name}, {date_format(localtime(comment.submit_date), 'j F')}")
            for key, comment in self._comments.items()
        ]
        field.initial = next(reversed(self._comments), None)
        if len(self._comments) == 1:
            field.widget = forms.HiddenInput()

    def clean_reply_to(self) -> Comment:
        return self._comments[self.cleaned_data["reply_to"]]
