"""What a reader fills in to write to the coach."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator

from accounts.names import validate_name
from articles.models import Page

from .. import red_flags
from ..forms import LONGEST_COMMENT, LONGEST_EMAIL, LONGEST_NAME, NameField, WordsField

SHORTEST_MESSAGE = 2  # characters


class ContactForm(forms.Form):
    """A message to the coach. It looks the same to everybody: a page kept for all can hold it.

    Its fields are named as a question's are, so that the same script keeps its draft.
    """

    comment = WordsField(
        label="Your message",
        help_text=f"Up to {LONGEST_COMMENT:,} characters.",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 8}),
        validators=[MinLengthValidator(SHORTEST_MESSAGE, "Say a little more.")],
        error_messages={
            "required": "Write your message first.",
            "max_length": (
                "Keep it under %(limit_value)d characters; it has %(show_value)d now. "
                "You can send the rest as another message."
            ),
        },
    )
    name = NameField(
        label="Your name",
        max_length=LONGEST_NAME,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Give your name. A first name is fine.",
            "max_length": "Keep the name under %(limit_value)d characters.",
        },
    )
    email = forms.EmailField(
        label="Your e-mail, for the answer",
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Give your e-mail, so that the answer can reach you.",
            "invalid": "Look at the e-mail once more; it should read like name@example.com.",
            "max_length": "That e-mail is longer than an address can be. Look at it once more.",
        },
    )
    # Hidden by the style sheet; programs that fill in forms fill it in too.
    honeypot = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    longest = LONGEST_COMMENT
    flags_version = red_flags.VERSION
    # Set by the view on a form that is given back, to be shown above the words.
    red_flag: str | None = None

    def __init__(self, page: Page, data=None, *, user: Any = None, **kwargs: Any):
        self.page = page
        self.user = user if user is not None and user.is_authenticated else None
        initial = {}
        if self.user is not None:
            initial = {"name": self.user.display_name, "email": self.user.email}
        super().__init__(data, initial=initial, auto_id="contact_%s", **kwargs)

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.data.get("honeypot"))

    def flag_to_show(self) -> str | None:
        """The red flag in the words, unless the page they come from has shown its notice."""
        if self.data.get("flags_seen") == self.flags_version:
            return None
        return red_flags.found_in(self.cleaned_data["comment"])

    def once_more(self, words: str) -> "ContactForm":
        """This form with what stood in its way said on top."""
        self.add_error(None, ValidationError(words, code="once_more"))
        return self
