"""Asking and replying: the package's signed form, filled in by a guest or by a member."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django_comments.forms import CommentSecurityForm

from accounts.models import CoachProfile, User
from accounts.names import fold, validate_name
from articles.models import Article

from . import red_flags
from .models import Comment
from .words import looks_like_address, one_line, tidy

# Characters. Two make "ok"; five thousand are two printed pages, and the coach reads every one.
SHORTEST_COMMENT = 2
LONGEST_COMMENT = 5000
LONGEST_NAME = 50
LONGEST_EMAIL = 254  # RFC 5321, and the column
# The package's keys are 32-bit integers on every database.
HIGHEST_KEY = 2**31 - 1

STALE = (
    "This page was open for a long time, so it needs one more press. Nothing is lost: look it "
    "over and send it again."
)
NOT_THERE = (
    "The comment you answered is no longer here. Your words are below; you can send them as a "
    "question of their own."
)
RESERVED = (
    "Readers would take this name for the coach’s. Add an initial or choose another, so that "
    "they know who speaks."
)


class WordsField(forms.CharField):
    """Plain text of several lines, tidied rather than refused."""

    def to_python(self, value):
        return tidy(super().to_python(value) or "")

    def widget_attrs(self, widget):
        # No maxlength: a browser would cut off what is pasted, and say nothing.
        return {}


class NameField(forms.CharField):
    """A name on one line."""

    def to_python(self, value):
        return one_line(super().to_python(value) or "")


class CommentForm(CommentSecurityForm):
    """A question under an article, or a reply to one of its comments.

    The package signs the article and the time into hidden fields, bound to no session, so that a
    page made for everybody can hold it. Cleans `reply_to` to a published `Comment` under the
    same article or None. Costs a query for a reply.
    """

    comment = WordsField(
        label="Your question",
        help_text=f"Up to {LONGEST_COMMENT:,} characters.",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[
            MinLengthValidator(SHORTEST_COMMENT, "Say a little more, so that the coach can answer.")
        ],
        error_messages={
            "required": "Write your question first.",
            "max_length": (
                "Keep it under %(limit_value)d characters; it has %(show_value)d now. "
                "You can send the rest as a reply."
            ),
        },
    )
    reply_to = forms.IntegerField(
        required=False, min_value=1, max_value=HIGHEST_KEY, widget=forms.HiddenInput
    )
    all_replies = forms.BooleanField(label="Mail me when other readers reply, too", required=False)
    initials_only = forms.BooleanField(
        label="Show only my initials",
        help_text="The coach still sees your name.",
        required=False,
    )
    is_private = forms.BooleanField(
        label="Ask privately",
        help_text="Only the coach reads it, and the answer comes by mail.",
        required=False,
    )
    field_order = ["comment", "name", "email"]
    is_member = False
    flags_version = red_flags.VERSION
    # Set by the view on a form that is given back: what to show above the words before they are
    # posted, and whether to show them as they will stand on the page.
    red_flag: str | None = None
    is_preview = False
    is_coach = False
    # Of a guest's device, before it is sent (proof_of_work.py).
    asks_proof = False
    longest = LONGEST_COMMENT
    # What `_similar.html` shows, where similar questions were asked for.
    similar: dict[str, Any] | None = None

    def __init__(self, article: Article, data=None, *, parent: Comment | None = None, **kwargs):
        self.article = article
        self.parent = parent
        initial = {"reply_to": parent.pk} if parent else {}
        super().__init__(article, data=data, initial=initial, **kwargs)
        # Both kinds can stand on one page: a reply is opened in place, above the question's form.
        self.auto_id = "reply_%s" if parent or self.data.get("reply_to") else "ask_%s"
        if self.auto_id.startswith("reply"):
            self.fields["comment"].label = "Your reply"
            self.fields["comment"].error_messages["required"] = "Write your reply first."
            del self.fields["is_private"]

    def clean_object_pk(self) -> str:
        """The signature is for this article: one for another would pass the package's check."""
        signed_for = self.cleaned_data["object_pk"]
        if signed_for != str(self.article.pk):
            raise ValidationError(STALE, code="stale")
        return signed_for

    def clean_reply_to(self) -> Comment | None:
        pk = self.cleaned_data["reply_to"]
        if pk is None:
            return None
        self.parent = Comment.objects.under(self.article).filter(pk=pk).first()
        if self.parent is None:
            raise ValidationError(NOT_THERE, code="not_there")
        return self.parent

    @property
    def asks_akismet(self) -> bool:
        """Whether what it sends is shown to Akismet, so that its writer must be told."""
        return bool(settings.AKISMET_KEY) and not self.is_coach

    def flag_to_show(self) -> str | None:
        """The red flag in a reader's words, unless the page they come from has shown its notice."""
        if self.is_coach:
            return None
        if self.data.get("flags_seen") == self.flags_version:
            return None
        return red_flags.found_in(self.cleaned_data["comment"])

    def given_back(self, words: str | None = None) -> "CommentForm":
        """The same words in a form that can be sent again: freshly signed, with `words` on top.

        Where it was the signature or the comment replied to that stood in the way, says so.
        """
        data = self.data.copy()
        for name, value in self.generate_security_data().items():
            data[name] = value
        words = words or self._what_stood_in_the_way()
        if words == NOT_THERE:
            data["reply_to"] = ""
        form = self._again(data)
        if words:
            form.add_error(None, ValidationError(words, code="once_more"))
        return form

    def _again(self, data) -> "CommentForm":
        return type(self)(self.article, data)

    def _what_stood_in_the_way(self) -> str | None:
        if "reply_to" in self.errors:
            return NOT_THERE
        if self.errors.keys() & {"content_type", "object_pk", "timestamp", "security_hash"}:
            return STALE
        return None


class GuestForm(CommentForm):
    """For someone without an account: a name to show, and an address to confirm with."""

    name = NameField(
        label="Name to show",
        max_length=LONGEST_NAME,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Give a name to show. A first name is fine.",
            "max_length": "Keep the name under %(limit_value)d characters.",
        },
    )
    email = forms.EmailField(
        label="E-mail, never shown",
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Give your e-mail, so that the answer can reach you.",
            "invalid": ("Look at the e-mail once more; it should read like name@example.com."),
            "max_length": "That e-mail is longer than an address can be. Look at it once more.",
        },
    )
    # Hidden by the style sheet; programs that fill in forms fill it in too.
    honeypot = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def asks_proof(self) -> bool:  # type: ignore[override]
        return settings.PROOF_OF_WORK

    @property
    def proof(self) -> str:
        """The solution that came with it, if any."""
        return self.data.get("proof", "")

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.data.get("honeypot"))

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if looks_like_address(name):
            raise ValidationError(
                "Everybody will see this name, so leave addresses out of it.", code="name_address"
            )
        if is_reserved(name):
            raise ValidationError(RESERVED, code="name_reserved")
        return name


class MemberForm(CommentForm):
    """For someone signed in, whose name and address are known and not up for choice."""

    is_member = True

    def __init__(self, article: Article, data=None, *, user: User, **kwargs: Any):
        self.user = user
        self.is_coach = user.is_coach
        super().__init__(article, data, **kwargs)

    @property
    def shown_name(self) -> str:
        return self.user.coach_profile.name if self.user.is_coach else self.user.display_name

    def _again(self, data) -> "CommentForm":
        return type(self)(self.article, data, user=self.user)

    def clean(self):
        if not self.user.is_coach and is_reserved(self.user.display_name):
            raise ValidationError(
                "Readers would take your name for the coach’s. Change it in your settings, then "
                "send this again.",
                code="name_reserved",
            )
        return super().clean()


def comment_form(article: Article, user, data=None, *, parent: Comment | None = None) -> Any:
    """The form for whoever asks: a `MemberForm` for someone signed in, else a `GuestForm`."""
    if user is not None and user.is_authenticated:
        return MemberForm(article, data, user=user, parent=parent)
    return GuestForm(article, data, parent=parent)


def is_reserved(name: str) -> bool:
    """Whether readers would take this name for a coach's. One query."""
    return "coach" in fold(name) or CoachProfile.objects.have_the_name(name)
