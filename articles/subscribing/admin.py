"""The coach's free reports, in the writing room."""

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from ..models import Article
from . import reports
from .forms import OfferForm
from .models import Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    form = OfferForm
    list_display = ["title", "is_offered", "pages", "how_large"]
    prepopulated_fields = {"slug": ["title"]}

    @admin.display(description="size", ordering="size")
    def how_large(self, report: Report) -> str:
        return filesizeformat(report.size)

    def save_model(self, request: HttpRequest, obj: Report, form, change):
        before = Report.objects.filter(pk=obj.pk).values_list("file", flat=True).first() or ""
        super().save_model(request, obj, form, change)
        if before != obj.file.name:
            reports.delete_file(obj.file.storage, before)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        _pages_changed()

    def delete_model(self, request, obj: Report):
        storage, name = obj.file.storage, obj.file.name or ""
        super().delete_model(request, obj)
        reports.delete_file(storage, name)
        _pages_changed()

    def delete_queryset(self, request, queryset):
        for report in queryset:
            self.delete_model(request, report)


def _pages_changed() -> None:
    """A report is offered at the end of articles, whose pages are kept by their version."""
    transaction.on_commit(Article.objects.all().touch)
