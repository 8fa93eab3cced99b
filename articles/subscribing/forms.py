"""What readers fill in to get mail, and the coach to offer a report."""

from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import date_format

from accounts.pictures import reencode

from ..models import Article, Topic
from . import pdf, sending
from .models import Mailing, Report, Subscriber

LONGEST_EMAIL = 254  # RFC 5321, and the column
COVER_WIDTH = 480

_EMAIL: dict[str, Any] = {
    "label": "Your e-mail",
    "max_length": LONGEST_EMAIL,
    "widget": forms.EmailInput(attrs={"autocomplete": "email"}),
    "error_messages": {
        "required": "Give the address that the mails shall come to.",
        "invalid": "Look at the address once more: it should read like name@example.com.",
        "max_length": "This is longer than an address can be. Look at it once more.",
    },
}


class AddressForm(forms.Form):
    """An address, without an account. It stands on pages that are the same for everybody, so it
    holds nothing of its visitor."""

    email = forms.EmailField(**_EMAIL)
    # Filled in by programs only; people do not see it.
    website = forms.CharField(required=False)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class SubscribeForm(AddressForm):
    """An address, and the topic of the page it was given on, or none."""

    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        required=False,
        to_field_name="slug",
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "This topic is gone. Ask for all articles instead."},
    )


class ReportForm(AddressForm):
    """An address for a report; new articles only by a tick of their own."""

    wants_articles = forms.BooleanField(label="Also mail me new articles", required=False)


class WishesForm(forms.ModelForm):
    """What a subscriber wants, and when."""

    all_topics = forms.TypedChoiceField(
        label="Which articles",
        choices=[("yes", "All of them"), ("no", "Only those about")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one."},
    )
    hour = forms.TypedChoiceField(
        label="At",
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        coerce=int,
        error_messages={"required": "Choose an hour.", "invalid_choice": "Choose an hour."},
    )

    class Meta:
        model = Subscriber
        fields = ["all_topics", "topics", "rhythm", "weekday", "hour"]
        labels = {"topics": "Topics", "rhythm": "When", "weekday": "On"}
        widgets = {"topics": forms.CheckboxSelectMultiple, "rhythm": forms.RadioSelect}
        error_messages = {
            "rhythm": {"required": "Choose one of the two.", "invalid_choice": "Choose one."},
            "weekday": {"required": "Choose a day.", "invalid_choice": "Choose a day."},
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # One that was chosen stays to be seen, also while nothing stands on its shelf.
        cast(forms.ModelChoiceField, self.fields["topics"]).queryset = Topic.objects.order_by(
            "name"
        )
        self.initial["all_topics"] = "yes" if self.instance.all_topics else "no"

    def clean(self) -> dict[str, Any]:
        wishes = super().clean() or self.cleaned_data
        if wishes.get("all_topics") is False and not wishes.get("topics"):
            self.add_error("topics", "Choose at least one topic, or all articles.")
        return wishes


def tell_who_is_mailed(field: forms.Field, article: Article) -> None:
    """Say under the tick whom it mails; what was decided once is shown and stays. 2 queries."""
    mailing = Mailing.objects.filter(article=article.pk).first() if article.pk else None
    if mailing is None:
        at_once, weekly = sending.forecast(article)
        field.help_text = (
            f"When it is published it goes to {_people(at_once)} at once, and to {_people(weekly)} "
            "with the weekly mail. Once only: a later change is not mailed. Nor is an article "
            "dated more than a day back."
        )
        return
    field.disabled = True
    day = date_format(timezone.localtime(mailing.opened_at), "j F Y")
    if mailing.is_skipped:
        field.help_text = f"It was not mailed when it came out, and is no news since {day}."
    else:
        count = mailing.article.deliveries.count()
        field.help_text = f"Mailed to {_people(count)} since {day}. It is not mailed again."


def _people(count: int) -> str:
    return "1 subscriber" if count == 1 else f"{count:,} subscribers"


class OfferForm(forms.ModelForm):
    """A report as the coach uploads it."""

    # Not an ImageField: that one would decode the file before its size is known.
    cover = forms.FileField(
        required=False,
        widget=AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=Report._meta.get_field("cover").help_text,
    )

    class Meta:
        model = Report
        fields = ["title", "slug", "line", "file", "cover", "is_offered", "topics"]
        labels = {"slug": "End of its address"}
        help_texts = {
            "file": (
                "Up to 10 MB, without a password, and without scripts or files inside it. Another "
                "file takes this one’s place, also behind the links already mailed."
            )
        }
        widgets = {
            "file": forms.FileInput(attrs={"accept": "application/pdf"}),
            "topics": forms.CheckboxSelectMultiple,
        }
        error_messages = {
            "title": {"required": "Give the report a title."},
            "line": {"required": "Say in one line what it is good for."},
            "slug": {
                "required": "Say how its address ends, for example six-weeks-of-walking.",
                "unique": "Another report has this address already. Change a word of it.",
                "invalid": "Use small letters, numbers and hyphens only.",
            },
            "file": {"required": "Choose the PDF first.", "empty": "This file is empty."},
        }

    def clean_file(self):
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            self.instance.pages = pdf.check(file)
            self.instance.size = file.size
        return file

    def clean_cover(self):
        cover = self.cleaned_data["cover"]
        return reencode(cover, max_width=COVER_WIDTH) if isinstance(cover, UploadedFile) else cover
