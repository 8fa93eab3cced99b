"""What the form of an article has to do with its life: when it is read, and by which press."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe

from ..models import Article, WorkingCopy
from . import moments, working_copies
from .moments import MomentField

Status = Article.Status


class Unseen(forms.HiddenInput):
    """Leaves no trace on the page: the value is changed by a button, or stays as it is.

    A hidden field would carry what was true when the page was opened.
    """

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        return mark_safe("")


class LifecycleForm(forms.ModelForm):
    """An article's form, of which each button says where the article shall stand.

    With `copy`, it shows what a working copy holds, as it was typed, and says nothing about it.
    """

    copy: WorkingCopy | None = None
    # Somebody saved the article after this form was opened.
    overtaken = False

    status = forms.ChoiceField(choices=Status, required=False, widget=Unseen)
    published_at = MomentField(required=False, label="Day and time")
    published_fold = forms.ChoiceField(
        required=False, label="Which of the two?", widget=forms.HiddenInput
    )

    def __init__(self, data=None, files=None, *args, **kwargs):
        shows_copy = False
        if self.copy is not None and data is None:
            shows_copy = True
            data, files = self.copy.as_data(), MultiValueDict()
        super().__init__(data, files, *args, **kwargs)
        self.fields["published_at"].help_text = self._zone_in_words()
        if self.instance.was_public and "slug" in self.fields:
            self.fields["slug"].help_text = (
                "Readers know the address. You can change it: the old address will lead to the new "
                "one, links and bookmarks go on working."
            )
        stored = self.instance.published_at
        local = timezone.localtime(stored) if stored else None
        if local and moments.happens_twice(local):
            self.initial["published_fold"] = str(local.fold)
            self._ask_which(local)
        if shows_copy:
            self._errors = forms.utils.ErrorDict(renderer=self.renderer)

    def _zone_in_words(self) -> str:
        site = timezone.get_default_timezone_name()
        words = f"The time in {moments.zone_name()}: there it is {self._now_in_words()} now."
        if site != moments.zone_name():
            words += f" Readers without an account see dates in {site}."
        return words

    def _now_in_words(self) -> str:
        return moments.in_words(timezone.now()).partition(", ")[2].partition(" in ")[0]

    def _ask_which(self, local) -> None:
        field = cast(forms.ChoiceField, self.fields["published_fold"])
        field.widget = forms.RadioSelect()
        field.choices = moments.both(local)
        field.help_text = "Clocks show this time twice in that night."

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.instance.status

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._choose_between_two(cleaned)
        self._do_what_was_pressed(cleaned, self.data.get("stand", ""))
        opened = self.data.get("opened")
        if opened and self.instance.pk and opened != working_copies.fingerprint(self.instance):
            self.overtaken = True
            raise ValidationError(
                "Somebody saved this article after you opened it. Nothing of yours is lost: it is "
                "below, with the difference.",
                code="overtaken",
            )
        return cleaned

    def _choose_between_two(self, cleaned: dict[str, Any]) -> None:
        moment = cleaned.get("published_at")
        stored = self.instance.published_at
        self._errors.pop("published_fold", None)  # where it is not asked for, it says nothing
        if moment is None:
            return
        if moments.happens_twice(moment):
            fold = self.data.get(self.add_prefix("published_fold"), "")
            self._ask_which(moment)
            if fold not in ("0", "1"):
                self.add_error(
                    "published_at",
                    ValidationError(
                        "Clocks are put back then, and show this time twice. Choose which you "
                        "mean.",
                        code="twice",
                    ),
                )
                return
            moment = cleaned["published_at"] = moment.replace(fold=int(fold))
        # The fields show no seconds: what was not touched stays to the second.
        if stored and moment == stored.replace(second=0, microsecond=0):
            cleaned["published_at"] = stored

    def _do_what_was_pressed(self, cleaned: dict[str, Any], stand: str) -> None:
        now = timezone.now()
        moment = cleaned.get("published_at")
        if stand == "draft":
            cleaned["status"] = Status.DRAFT
        elif stand == "publish":
            cleaned["status"] = Status.PUBLISHED
            if moment is None or moment > now:
                cleaned["published_at"] = now
        elif stand == "schedule":
            cleaned["status"] = Status.PUBLISHED
            if (moment is None or moment <= now) and "published_at" not in self._errors:
                self.add_error(
                    "published_at",
                    ValidationError(
                        f"Say a day and a time to come. It is {moments.in_words(now)} now.",
                        code="not_to_come",
                    ),
                )
        elif not self.data.get("status") and self.instance.status == Status.PUBLISHED:
            self._keep_the_date(cleaned, moment, now)

    def _keep_the_date(self, cleaned: dict[str, Any], moment, now) -> None:
        """No plain “Save” publishes what was scheduled, or hides what readers see."""
        if "published_at" in self._errors:
            return
        if self.instance.is_live and moment is None:
            cleaned["published_at"] = self.instance.published_at
        elif self.instance.is_live and moment > now:
            self.add_error(
                "published_at",
                ValidationError(
                    "That is still to come, and readers have the article already. Choose a day "
                    "that has passed, or take the article back first.",
                    code="live_has_a_past",
                ),
            )
        elif not self.instance.is_live and moment is None:
            self.add_error(
                "published_at",
                ValidationError(
                    "Say when it shall appear, or press “Take back” to make it a draft.",
                    code="scheduled_has_a_date",
                ),
            )
