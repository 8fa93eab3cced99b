"""Changing one's own words, writing on in a private thread, and asking for one's list."""

from django import forms
from django.core.validators import MinLengthValidator

from .forms import LONGEST_COMMENT, LONGEST_EMAIL, SHORTEST_COMMENT, WordsField


def _words(label: str, required: str) -> WordsField:
    return WordsField(
        label=label,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[
            MinLengthValidator(SHORTEST_COMMENT, "Say a little more, so that the coach can answer.")
        ],
        error_messages={
            "required": required,
            "max_length": (
                "Keep it under %(limit_value)d characters; it has %(show_value)d now. "
                "You can send the rest as a reply."
            ),
        },
    )


class ChangeForm(forms.Form):
    """The words of a comment, and whether the whole name stands beside them."""

    comment = _words("Your words", "Write your words first, or delete the comment instead.")
    initials_only = forms.BooleanField(label="Show only my initials", required=False)


class PrivateReplyForm(forms.Form):
    """More words to the coach in a private thread."""

    comment = _words("Your reply", "Write your reply first.")


class FindOwnForm(forms.Form):
    """The address that someone wrote with as a guest."""

    email = forms.EmailField(
        label="Your e-mail",
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Give the e-mail that you asked with.",
            "invalid": "Look at the e-mail once more; it should read like name@example.com.",
            "max_length": "That e-mail is longer than an address can be. Look at it once more.",
        },
    )
