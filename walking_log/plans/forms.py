"""Naming one's own landmarks."""

from django import forms

from ..fields import NotesField
from .models import LONGEST_LANDMARK, PlanStep


class LandmarksForm(forms.Form):
    """A field for each step that leads to a place: what the reader calls it."""

    def __init__(self, *args, steps: list[PlanStep], names: dict[int, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.steps = [step for step in steps if step.kind == PlanStep.Kind.LANDMARK]
        for step in self.steps:
            own = names.get(step.pk, "")
            self.fields[self._name(step)] = NotesField(
                label=f"Step {step.order}: {step.label}",
                required=False,
                max_length=LONGEST_LANDMARK,
                initial="" if own == step.label else own,
                error_messages={
                    "max_length": "Keep it under %(limit_value)d characters, as on a signpost."
                },
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def _name(step: PlanStep) -> str:
        return f"landmark_{step.order}"

    def typed(self) -> dict[PlanStep, str]:
        """The reader's words for each step; "" where its usual name will do."""
        return {step: " ".join(self.cleaned_data[self._name(step)].split()) for step in self.steps}
