"""What to share, with whom, for how long. Nothing is ticked beforehand."""

from django import forms

from accounts.models import CoachProfile

from . import grants
from .models import ShareGrant


class CoachField(forms.ModelChoiceField):
    def label_from_instance(self, profile: CoachProfile) -> str:
        return profile.name


class ShareForm(forms.Form):
    """Gives a grant. With one coach, there is nothing to choose."""

    coach = CoachField(
        label="With whom?",
        queryset=CoachProfile.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a coach.",
            "invalid_choice": "That coach is not here any more. Choose another.",
        },
    )
    scopes = forms.MultipleChoiceField(
        label="What may they see?",
        choices=ShareGrant.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one thing to share.",
            "invalid_choice": "Tick what you would like to share.",
        },
    )
    days = forms.TypedChoiceField(
        label="For how long?",
        coerce=int,
        choices=[(str(days), words) for days, words in grants.LENGTHS.items()],
        initial=str(grants.DEFAULT_LENGTH),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how long.",
            "invalid_choice": "Choose how long.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        coaches = grants.coaches()
        field = self.fields["coach"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = coaches
        self.only_coach = coaches[0] if len(coaches) == 1 else None
        if self.only_coach:
            field.widget = forms.HiddenInput()
            field.initial = self.only_coach
