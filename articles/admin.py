"""The coach's writing room: articles and topics."""

from typing import cast

import js_asset
from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.models import User

from .forms import ArticleForm, BodyPictureForm
from .library.admin import PictureAdmin  # noqa: F401  it registers itself
from .library.shown import row_of_file, thumbnail
from .models import Article, ArticleQuerySet, Topic
from .text import search_words


class Standing(admin.SimpleListFilter):
    """Where an article stands, in the three words that the list uses."""

    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("draft", "Draft"), ("scheduled", "Scheduled"), ("published", "Published")]

    def queryset(self, request, queryset):
        if self.value() == "draft":
            return queryset.filter(status=Article.Status.DRAFT)
        if self.value() == "scheduled":
            return queryset.filter(status=Article.Status.PUBLISHED, published_at__gt=timezone.now())
        if self.value() == "published":
            return queryset.published()
        return queryset


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    list_display = ["thumbnail", "title", "standing", "on_topics", "comments"]
    list_display_links = ["thumbnail", "title"]
    list_filter = [Standing, "topics"]
    list_per_page = 25
    ordering = ["-updated_at", "-pk"]
    search_fields = ["search_text"]
    search_help_text = "Looks in titles and in every line."
    date_hierarchy = "published_at"
    actions = ["publish", "unpublish"]
    save_on_top = True
    fieldsets = [
        ("The words", {"fields": ["title", "slug", "standfirst", "body"]}),
        (
            "The picture",
            {
                "fields": ["picture", "picture_alt", "what_stays_in_view"],
                "description": "Shown above the article, in lists, and in shared links.",
            },
        ),
        (
            "Before readers",
            {
                "fields": ["status", "published_at", "reviewed_on", "topics", "comments_open"],
                "description": (
                    "A draft is seen by nobody but you: save it, then press “View on site”. "
                    "Published without a date means now; a date to come schedules it."
                ),
            },
        ),
    ]

    class Media:
        css = {"all": ["css/writing.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("picture_row", "topics")

    def get_search_results(self, request, queryset, search_term):
        """As the readers' search does it."""
        return queryset.with_words(search_words(search_term)), False

    # The address

    def get_readonly_fields(self, request, obj=None):
        """Once readers may have kept it, an address stays."""
        return ["what_stays_in_view", *(["slug"] if obj is not None and obj.is_live else [])]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if "slug" in self.get_readonly_fields(request, obj) else {"slug": ["title"]}

    @admin.display(description="what stays in view")
    def what_stays_in_view(self, article: Article) -> str:
        row = row_of_file(article.picture)
        if row is None:
            return "Lists and shared links show its middle. Save the picture first to change that."
        address = reverse("admin:articles_picture_change", args=[row.pk])
        return format_html(
            '{} <a href="{}">Choose what lists and shared links keep in view</a>',
            thumbnail(row),
            address,
        )

    # The list

    @admin.display(description="")
    def thumbnail(self, article: Article) -> str:
        if not article.picture:
            return "–"
        return thumbnail(article.picture)

    @admin.display(description="where it stands", ordering="published_at")
    def standing(self, article: Article) -> str:
        if article.status == Article.Status.DRAFT or article.published_at is None:
            return "Draft"
        local = timezone.localtime(article.published_at)
        if article.is_scheduled:
            return f"Scheduled for {date_format(local, 'j F Y, H:i')}"
        return f"Published {date_format(local, 'j F Y')}"

    @admin.display(description="topics")
    def on_topics(self, article: Article) -> str:
        return ", ".join(topic.name for topic in article.topics.all()) or "–"

    @admin.display(description="comments", ordering="comment_count")
    def comments(self, article: Article) -> int:
        return article.comment_count

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Articles", **(extra_context or {})})

    # Writing

    def get_urls(self):
        picture = self.admin_site.admin_view(self.picture_view)
        return [path("picture/", picture, name="articles_article_picture"), *super().get_urls()]

    def picture_view(self, request: HttpRequest) -> HttpResponse:
        """The editor's window for a picture within the text: takes it in, and hands it over."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        form = BodyPictureForm(request.POST or None, request.FILES or None)
        context = {
            **self.admin_site.each_context(request),
            "title": "A picture for the text",
            "is_popup": True,
            "is_nav_sidebar_enabled": False,
            "form": form,
            "asked_by": request.GET.get("CKEditorFuncNum", ""),
        }
        if form.is_valid():
            context["address"] = form.save(by=cast(User, request.user))
        status = 422 if form.errors else 200
        return render(request, "admin/articles/article/picture.html", context, status=status)

    @method_decorator(csp_update({"style-src": [NONCE]}))
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor brings an inline import map, which the policy lets in by the page's nonce.
        context["media"] = js_asset.Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._pages_changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self._pages_changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self._pages_changed()

    def has_delete_permission(self, request, obj=None):
        """What readers have written under stays: it can be a draft again, but not be gone."""
        if obj is not None and obj.comment_count:
            return False
        return super().has_delete_permission(request, obj)

    # Before readers, and back

    @admin.action(description="Publish now", permissions=["change"])
    def publish(self, request: HttpRequest, articles: ArticleQuerySet) -> None:
        self._tell(request, articles.publish(), "published")

    @admin.action(description="Make a draft again", permissions=["change"])
    def unpublish(self, request: HttpRequest, articles: ArticleQuerySet) -> None:
        self._tell(request, articles.unpublish(), "taken back to the writing room")

    def _tell(self, request, count, what):
        self._pages_changed()
        if not count:
            self.message_user(request, "Nothing to do: they stand there already.", messages.INFO)
            return
        articles = "1 article" if count == 1 else f"{count} articles"
        self.message_user(request, f"{articles} {what}.", messages.SUCCESS)

    def _pages_changed(self):
        """An article's title stands on its neighbours' pages too, under “Read next”.

        After the commit and in a statement of its own, so no writer waits here for another.
        """
        transaction.on_commit(Article.objects.all().touch)


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "description", "article_count"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=Count("articles"))

    @admin.display(description="articles", ordering="article_count")
    def article_count(self, topic: Topic) -> int:
        return topic.article_count

    def delete_queryset(self, request, queryset):
        # One by one, so that each tells the pages that name it.
        for topic in queryset:
            topic.delete()
