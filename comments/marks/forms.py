"""Why a comment is reported."""

from django import forms

from ..words import tidy
from .models import LONGEST_DETAIL, Report


class ReportForm(forms.Form):
    """A reason from a short list, and a line if one likes."""

    reason = forms.ChoiceField(
        label="What is the matter with it?",
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what is the matter.",
            "invalid_choice": "Choose one of these.",
        },
    )
    detail = forms.CharField(
        label="What should the coach know?",
        required=False,
        max_length=LONGEST_DETAIL,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": None}),
        error_messages={
            "max_length": "Keep it under %(limit_value)d characters; it has %(show_value)d now."
        },
    )

    def clean_detail(self) -> str:
        return tidy(self.cleaned_data["detail"])
