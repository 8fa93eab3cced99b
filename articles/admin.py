"""The coach's writing room: articles and topics."""

import js_asset
from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count
from django.forms import Script
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html

from .editor.advice import advise
from .editor.views import draft_in, editor_urls
from .forms import ArticleForm
from .freshness import touch_every_page
from .library.admin import PictureAdmin  # noqa: F401  the admin finds an app's rooms here
from .library.shown import row_of_file, thumbnail
from .lifecycle import moments
from .lifecycle.admin import LifecycleAdmin
from .models import Article, ArticleQuerySet, Topic
from .pages.admin import PageAdmin  # noqa: F401  the admin finds an app's rooms here
from .series.admin import SeriesAdmin  # noqa: F401
from .subscribing import admin as reports  # noqa: F401
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
class ArticleAdmin(LifecycleAdmin):
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
            "When readers see it",
            {
                "fields": ["status", "published_at", "published_fold", "mail_subscribers"],
                "description": (
                    "For “Schedule” say a day and a time to come. For “Publish now” leave both "
                    "empty, or say the day that readers shall see on it."
                ),
            },
        ),
        ("Beside the words", {"fields": ["reviewed_on", "topics", "comments_open"]}),
    ]

    class Media:
        css = {"all": ["css/writing.css", "css/prose.css"]}
        js = [Script("js/writing/advice.js", type="module")]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("picture_row", "topics")

    def get_search_results(self, request, queryset, search_term):
        """As the readers' search does it."""
        return queryset.with_words(search_words(search_term)), False

    # The address

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "what_stays_in_view"]

    def get_prepopulated_fields(self, request, obj=None):
        """Made of the title, until readers may have kept it."""
        return {} if obj is not None and obj.was_public else {"slug": ["title"]}

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
        if article.is_scheduled:
            return f"Scheduled for {moments.in_words(article.published_at)}"
        local = timezone.localtime(article.published_at)
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
        return [*editor_urls(self), *super().get_urls()]

    @method_decorator(csp_update({"style-src": [NONCE]}))
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor brings an inline import map, which the policy lets in by the page's nonce.
        context["media"] = js_asset.Media.from_media(context["media"], nonce=str(request.csp_nonce))
        context["advice"] = advise(draft_in(context["adminform"].form))
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
        """An article's title stands on other pages too: under “Read next”, in a series, in a menu.

        After the commit and in a statement of its own, so no writer waits here for another.
        """
        transaction.on_commit(touch_every_page)


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
