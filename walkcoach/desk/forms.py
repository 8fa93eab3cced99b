"""The coach's answer, phrases, notes and bans."""

from collections.abc import Iterable

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime

from comments import limits
from comments.models import Comment, ListEntry, Snippet

# Long enough for a careful answer, short enough for a mail on a phone.
MAX_ANSWER = 8000
MAX_NOTE = 1000


class AnswerForm(forms.Form):
    """An answer to one of a thread's comments; the newest of them unless the coach says otherwise.

    Cleans `reply_to` to the `Comment`. Costs no query but that of `comments`. `seen` is the last
    answer that the page showed, `revision` that of the draft it knew; `anyway` that the coach was
    asked, and sends theirs after another's.
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
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput())

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

    def rewritten(self, **values) -> "AnswerForm":
        """The same form with some of its values replaced, and nothing said of errors."""
        data = {name: self[name].value() for name in self.fields} | values
        return AnswerForm(comments=self._comments.values(), prefix=self.prefix, initial=data)


class ByMailForm(forms.Form):
    """That the coach has answered elsewhere."""

    note = forms.CharField(
        label="A note for yourself",
        required=False,
        max_length=MAX_NOTE,
        help_text="What you wrote or said. Readers do not see it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SnippetForm(forms.ModelForm):
    """A phrase, under a name that the coach has not used yet."""

    class Meta:
        model = Snippet
        fields = ["title", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 6})}
        error_messages = {
            "title": {"required": "Give it a name to find it by."},
            "body": {"required": "Write the words to insert."},
        }

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        others = Snippet.objects.filter(coach=self.instance.coach, title=title)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                "You have a phrase of this name. Choose another name.", code="taken"
            )
        return title


class BanForm(forms.Form):
    """Whom to put on the list, and what happens to what they send from now on."""

    who = forms.ChoiceField(label="Whom", widget=forms.RadioSelect)
    act = forms.ChoiceField(
        label="What they send from now on",
        choices=ListEntry.Act.choices,
        initial=ListEntry.Act.HOLD,
        widget=forms.RadioSelect,
    )
    also_spam = forms.BooleanField(label="Call this comment spam, too", required=False)

    def __init__(self, *args, comment: Comment, **kwargs):
        super().__init__(*args, **kwargs)
        self.entries = dict(_entries_for(comment))
        field = self.fields["who"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (kind, f"{ListEntry.Kind(kind).label}: {text}") for kind, text in self.entries.items()
        ]
        field.initial = next(iter(self.entries), None)


def _entries_for(comment: Comment) -> Iterable[tuple[str, str]]:
    """What a list entry could say of who sent a comment; a network is forgotten after a month."""
    if comment.user_email:
        yield ListEntry.Kind.SENDER.value, comment.user_email.strip().casefold()
    if comment.ip_address:
        yield ListEntry.Kind.NETWORK.value, limits.network_of(comment.ip_address)
