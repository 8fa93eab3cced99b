"""The coach's writing room: series, and the articles in them."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q

from ..models import Article, Part, Series
from ..ordering import OrderedFormSet, renumber


class PartFormSet(OrderedFormSet):
    """Offers the articles that are in no series, and those of this one."""

    def articles(self):
        """One query for all rows, whatever their number."""
        if not hasattr(self, "_articles"):
            free = (
                Q(part=None) | Q(part__series=self.instance.pk)
                if self.instance.pk
                else Q(part=None)
            )
            found = Article.objects.filter(free).order_by("title").only("title", "status")
            self._articles = [("", "– choose –")] + [(one.pk, _named(one)) for one in found]
        return self._articles

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["article"].widget = forms.Select(choices=self.articles())


def _named(article: Article) -> str:
    draft = " (draft)" if article.status == Article.Status.DRAFT else ""
    return f"{article.title}{draft}"


class PartInline(admin.TabularInline):
    model = Part
    formset = PartFormSet
    fields = ["order", "article"]
    extra = 1
    verbose_name_plural = "parts, in the order in which they are read"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article", "series")


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    inlines = [PartInline]
    list_display = ["title", "description", "part_count", "published_count"]
    search_fields = ["title"]
    fields = ["title", "slug", "description"]

    class Media:
        css = {"all": ["css/writing.css", "css/ordering.css"]}
        js = [forms.Script("js/ordering.js", type="module")]

    def get_queryset(self, request):
        published = Q(parts__article__in=Article.objects.published())
        return (
            super()
            .get_queryset(request)
            .annotate(part_count=Count("parts"), published_count=Count("parts", filter=published))
        )

    @admin.display(description="articles", ordering="part_count")
    def part_count(self, series: Series) -> int:
        return series.part_count  # type: ignore[attr-defined]

    @admin.display(description="of these published", ordering="published_count")
    def published_count(self, series: Series) -> int:
        return series.published_count  # type: ignore[attr-defined]

    def get_prepopulated_fields(self, request, obj=None):
        """Only of a new series: readers may have kept the address."""
        return {} if obj is not None else {"slug": ["title"]}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        renumber(form.instance.parts.all())
        Article.objects.filter(part__series=form.instance).touch()

    def delete_queryset(self, request, queryset):
        # One by one, so that each tells the pages that name it.
        for series in queryset:
            series.delete()
