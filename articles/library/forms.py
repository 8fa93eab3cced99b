"""What the coach says of a picture."""

from django import forms

from .models import Picture


class PictureForm(forms.ModelForm):
    """What a picture shows, and which point of it must stay in view, in whole per cent."""

    from_left = forms.IntegerField(
        label="From the left, in %",
        min_value=0,
        max_value=100,
        error_messages={"required": "Say how far from the left, from 0 to 100; 50 is the middle."},
    )
    from_top = forms.IntegerField(
        label="From the top, in %",
        min_value=0,
        max_value=100,
        error_messages={"required": "Say how far from the top, from 0 to 100; 50 is the middle."},
    )

    class Meta:
        model = Picture
        fields = ["alt"]
        widgets = {"alt": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["from_left"] = round(self.instance.focal_x * 100)
        self.initial["from_top"] = round(self.instance.focal_y * 100)

    def save(self, commit=True):
        if {"from_left", "from_top"} & set(self.changed_data):
            self.instance.focus_on(
                self.cleaned_data["from_left"] / 100, self.cleaned_data["from_top"] / 100
            )
        return super().save(commit)
