"""The coach's writing room: pages, and the books on one of them."""

import js_asset
from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import admin
from django.forms import Script
from django.utils.decorators import method_decorator

from ..models import Book, Page
from ..ordering import OrderedFormSet, renumber
from .forms import BookForm, PageForm


class BookInline(admin.StackedInline):
    model = Book
    form, formset = BookForm, OrderedFormSet
    extra = 0
    verbose_name_plural = "books, for a page of books"
    fieldsets = [
        (None, {"fields": [("title", "author"), "why", ("group", "order"), "cover", "link"]})
    ]


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    form = PageForm
    inlines = [BookInline]
    list_display = ["title", "address", "kind", "status", "reviewed_on"]
    list_filter = ["status", "kind"]
    search_fields = ["title", "body"]
    prepopulated_fields = {"slug": ["title"]}
    save_on_top = True
    fieldsets = [
        ("The words", {"fields": ["kind", "title", "slug", "standfirst", "body"]}),
        (
            "Before readers",
            {
                "fields": ["status", "reviewed_on"],
                "description": (
                    "A draft is seen by nobody but you: save it, then press “View on site”. To "
                    "have readers find a published page, put it into a menu."
                ),
            },
        ),
    ]

    class Media:
        css = {"all": ["css/writing.css", "css/ordering.css"]}
        js = [Script("js/ordering.js", type="module")]

    @admin.display(description="address", ordering="slug")
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    def get_prepopulated_fields(self, request, obj=None):
        """Only of a new page: an address that readers may have kept changes by hand, or not."""
        return {} if obj is not None else self.prepopulated_fields

    def get_inlines(self, request, obj):
        """Books where there is room for them: not before the page is one of books."""
        return self.inlines if obj is not None and obj.kind == Page.Kind.BOOKS else []

    @method_decorator(csp_update({"style-src": [NONCE]}))
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor brings an inline import map, which the policy lets in by the page's nonce.
        context["media"] = js_asset.Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        renumber(form.instance.books.all())
        Page.objects.filter(pk=form.instance.pk).touch()

    def response_add(self, request, obj, post_url_continue=None):
        if obj.kind == Page.Kind.BOOKS and "_addanother" not in request.POST:
            # Where the books go.
            request.POST = request.POST.copy()
            request.POST["_continue"] = "1"
        return super().response_add(request, obj, post_url_continue)

    def delete_queryset(self, request, queryset):
        # One by one, so that each tells the pages that name it.
        for page in queryset:
            page.delete()
