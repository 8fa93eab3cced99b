"""Rows that the coach puts into an order, in the admin.

Their numbers go in steps, so that one between two others can always be typed; `ordering.js` adds
buttons that spare the typing.
"""

from django import forms
from django.db.models import QuerySet

STEP = 10
# Where a row without a number goes, until it is numbered: after all others.
LAST = 32_000


class OrderedFormSet(forms.BaseInlineFormSet):
    """Rows with an `order` that may be left empty: such a row goes last."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.fields["order"].required = False
        form.fields["order"].widget.attrs.update({"class": "order", "inputmode": "numeric"})
        if form.instance.pk is None:
            form.fields["order"].initial = form.initial["order"] = None
        return form

    def clean(self):
        super().clean()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", None) or {}
            if "order" in cleaned and cleaned["order"] is None:
                cleaned["order"] = form.instance.order = LAST


def renumber(rows: QuerySet) -> None:
    """Number rows anew, in the order that they have: STEP, 2 × STEP, … One query for each that
    changes, in `order`, then `pk`."""
    for number, (pk, order) in enumerate(
        rows.order_by("order", "pk").values_list("pk", "order"), 1
    ):
        if order != number * STEP:
            rows.model._default_manager.filter(pk=pk).update(order=number * STEP)
