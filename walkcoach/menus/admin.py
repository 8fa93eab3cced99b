"""The coach lays the menus: two of them, each on one page."""

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest

from articles.freshness import touch_every_page
from articles.models import Article, Page, Series, Topic
from articles.ordering import OrderedFormSet, renumber

from .models import BUILT_IN, TARGETS, Menu, MenuEntry

# Models that an entry can lead to, in the order in which the choice lists them.
_MODELS = {
    "page": ("Your pages", Page.objects.published()),
    "series": ("Series", Series.objects.all()),
    "topic": ("Topics", Topic.objects.all()),
    "article": ("Articles", Article.objects.published().newest_first()),
}
# Articles to choose from; for an older one its address can be typed.
MOST_ARTICLES = 100


def targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything an entry can lead to, by kind. 4 queries."""
    groups = [("", [("", "– choose, or type an address –")])]
    built_in = [(f"built_in:{name}", page.label) for name, page in BUILT_IN.items()]
    groups.append(("On every site", built_in))
    for name, (title, rows) in _MODELS.items():
        options = [(f"{name}:{row.pk}", str(row)) for row in _few(rows.all())]
        if options:
            groups.append((title, options))
    return groups


def _few(rows):
    if rows.model is Article:
        return rows.only("title")[:MOST_ARTICLES]
    return rows


class EntryForm(forms.ModelForm):
    """One choice of what the entry leads to, in place of six fields of which one is filled in."""

    target = forms.ChoiceField(label="leads to", required=False)

    class Meta:
        model = MenuEntry
        fields = ["label", "target", "address", "order"]
        widgets = {"address": forms.TextInput(attrs={"placeholder": "https://"})}

    def __init__(self, *args, choices=None, **kwargs):
        super().__init__(*args, **kwargs)
        groups = choices or targets()
        if (now := self._now()) and now not in {key for _, some in groups for key, _ in some}:
            # A draft, or an article too old for the list: it stays what it is until changed.
            groups = [*groups, ("As it is", [(now, self.instance.words)])]
        self.fields["target"].choices = groups  # type: ignore[attr-defined]
        self.initial.setdefault("target", now)

    def _now(self) -> str:
        """The value of the choice that the stored entry stands for; "" for an address."""
        for name in TARGETS:
            if name == "built_in" and self.instance.built_in:
                return f"built_in:{self.instance.built_in}"
            if name in _MODELS and (key := getattr(self.instance, f"{name}_id")):
                return f"{name}:{key}"
        return ""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        target, address = cleaned.get("target", ""), cleaned.get("address", "")
        if target and address:
            self.add_error("address", "Choose from the list or type an address, not both.")
        elif not target and not address and "address" not in self.errors:
            self.add_error("target", "Choose where it leads.")
        name, _, key = target.partition(":")
        self.instance.built_in = key if name == "built_in" else ""
        for model in _MODELS:
            setattr(self.instance, f"{model}_id", int(key) if name == model else None)
        return cleaned


class Entries(OrderedFormSet):
    """Asks once, not once for each entry, what there is to lead to."""

    def get_form_kwargs(self, index):
        if not hasattr(self, "choices"):
            self.choices = targets()
        return {**super().get_form_kwargs(index), "choices": self.choices}


class EntryInline(admin.TabularInline):
    model = MenuEntry
    form, formset = EntryForm, Entries
    fields = ["order", "label", "target", "address"]
    extra = 1
    view_on_site = False
    verbose_name, verbose_name_plural = "entry", "entries"


@admin.register(Menu)
class MenuAdmin(admin.ModelAdmin):
    """Both menus are there from the start; what must never vanish is not among their entries."""

    list_display = ["__str__", "count"]
    list_display_links = ["__str__"]
    inlines = [EntryInline]
    fieldsets = [
        (
            None,
            {
                "fields": [],
                "description": (
                    "Drafts are left out until they are published. “Sign in”, “Settings”, "
                    "“My questions” and “Sign out” always stay and need no entry."
                ),
            },
        )
    ]

    class Media:
        js = [forms.Script("js/ordering.js", type="module")]
        css = {"all": ["css/ordering.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    @admin.display(description="entries")
    def count(self, menu: Menu) -> int:
        return menu.entry_count  # type: ignore[attr-defined]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        renumber(form.instance.entries.all())
        touch_every_page()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
