"""The life of an article in the writing room: what its form keeps, shows, and does when pressed."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User

from .. import caching
from ..models import Article, PreviewLink, Revision, WorkingCopy
from . import addresses, differences, moments, revisions, working_copies
from .working_copies import fingerprint

REVISIONS_PER_PAGE = 20
# As many copies as are offered at once; the rest come up when these are gone.
OFFERED_AT_MOST = 5


class LifecycleAdmin(admin.ModelAdmin):
    """What `ArticleAdmin` is built on: autosave, preview, publishing, revisions."""

    # Says that pages which name an article have changed; `ArticleAdmin` knows how.
    _pages_changed: Callable[[], None]

    class Media:
        css = {"all": ["css/lifecycle.css"]}

    # --- The form -------------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        """Whoever saves waits for whoever is saving it, and is then told of it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and _in_transaction():
            Article.objects.select_for_update().filter(pk=found.pk).first()
            found = super().get_object(request, object_id, from_field)
        return found

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        copy = self._copy_to_go_on_with(request, obj)
        return type(form.__name__, (form,), {"copy": copy}) if copy else form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        copy = self._copy_to_go_on_with(request, obj if obj and obj.pk else None)
        if copy and f"{prefix}-TOTAL_FORMS" in copy.fields:
            given |= {"data": copy.as_data(), "files": {}}
        return given

    def _copy_to_go_on_with(self, request, obj) -> WorkingCopy | None:
        """The one that the address of a form names, if it is this coach's. One query if any."""
        if request.method == "POST" or not request.GET.get("copy"):
            return None
        if not hasattr(request, "_copy"):
            key = working_copies._uuid(request.GET["copy"])
            request._copy = WorkingCopy.objects.of(request.user, obj).filter(key=key).first()
        return request._copy

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        copy = getattr(form, "copy", None)
        context |= {
            "moments_zone": moments.zone_name(),
            "copy": copy,
            "copy_key": request.POST.get("copy") or (copy.key if copy else ""),
            "copy_revision": request.POST.get("copy_revision") or (copy.revision if copy else ""),
            "opened": fingerprint(Article.objects.get(pk=obj.pk)) if obj and obj.pk else "",
            "offers": [] if request.method == "POST" else self._offers(request, obj, copy),
            "clash": self._clash(form, obj),
        }
        if obj is not None and obj.pk:
            saved = Article.objects.get(pk=obj.pk) if form.is_bound else obj
            link = PreviewLink.objects.in_force().filter(article=saved).first()
            context |= {
                "saved": saved,
                "standing_words": standing_in_words(saved),
                "old_addresses": addresses.leading_to(saved.get_absolute_url()),
                "revision_count": saved.revisions.count(),
                "preview_link": link,
                "preview_address": request.build_absolute_uri(link.get_absolute_url())
                if link
                else "",
            }
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def _offers(self, request, obj, but: WorkingCopy | None) -> list[working_copies.Offer]:
        if not self._may_write(request):
            return []
        copies = WorkingCopy.objects.of(request.user, obj)
        if but:
            copies = copies.exclude(pk=but.pk)
        return working_copies.offers(copies[:OFFERED_AT_MOST], obj)

    def _clash(self, form, obj) -> dict[str, Any] | None:
        """What whoever saved it meanwhile has made of it, and how what is typed differs."""
        if not getattr(form, "overtaken", False):
            return None
        saved = Article.objects.get(pk=obj.pk)
        last = saved.revisions.newest_first().select_related("by").first()
        now = revisions.words_of(saved)
        changes, others = working_copies.compared(form.data, saved, now)
        return {"last": last, "saved_at": saved.updated_at, "changes": changes, "others": others}

    # --- Saving ---------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        obj.saved_by = request.user
        obj.stood = Article.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        revisions.keep(form.instance)
        working_copies.forget(request.user, request.POST.get("copy"))

    def response_add(self, request, obj, post_url_continue=None):
        if "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._tell_and_go_on(request, obj)

    def response_change(self, request, obj):
        if "_popup" in request.POST:
            return super().response_change(request, obj)
        return self._tell_and_go_on(request, obj)

    def _tell_and_go_on(self, request, article) -> HttpResponse:
        """Say what is so now, and stay with the article."""
        words = what_happened(article, getattr(article, "stood", None))
        link = ""
        if article.is_live:
            link = format_html(' <a href="{}">See it</a>', article.get_absolute_url())
        saved = request.POST.get("copy", "")
        self.message_user(
            request,
            format_html('<span data-saved-copy="{}">{}</span>{}', saved, words, link),
            messages.SUCCESS,
        )
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", article.pk)

    # --- Addresses ------------------------------------------------------------------------

    def get_urls(self):
        of_article = "<int:article_id>/"
        own = [
            path("autosave/", self._door(self.autosave_view), name="article_autosave"),
            path("preview/", self._door(self.preview_typed_view), name="article_preview_typed"),
            path(
                "copies/<uuid:copy>/", self._door(self.copy_preview_view), name="article_copy_shown"
            ),
            path(
                "copies/<uuid:copy>/throw-away/",
                self._door(self.throw_away_view),
                name="article_copy_thrown",
            ),
            path(
                f"{of_article}preview-link/",
                self._door(self.preview_link_view),
                name="article_preview_link",
            ),
            path(
                f"{of_article}shown/",
                self._door(self.saved_preview_view),
                name="article_saved_shown",
            ),
            path(
                f"{of_article}revisions/",
                self._door(self.revisions_view),
                name="article_old_versions",
            ),
            path(
                "revisions/<int:revision_id>/",
                self._door(self.revision_view),
                name="article_old_version",
            ),
        ]
        return [*own, *super().get_urls()]

    def _door(self, view):
        return self.admin_site.admin_view(view)

    def _may_write(self, request) -> bool:
        return self.has_add_permission(request) or self.has_change_permission(request)

    def _article(self, request, article_id) -> Article:
        article = get_object_or_404(Article, pk=article_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    # --- What is typed --------------------------------------------------------------------

    @method_decorator(require_POST)
    def autosave_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what a window sends of its form; what readers see is not touched."""
        of = request.POST.get("of_article", "")
        if not self._may_write(request):
            raise PermissionDenied
        article = None
        if of:
            article = Article.objects.filter(pk=of).first() if of.isdecimal() else None
            if article is None:
                return JsonResponse({"gone": True}, status=409)
        copy, other = working_copies.keep(_coach(request), article, request.POST)
        return JsonResponse(
            {
                "copy": str(copy.key),
                "revision": copy.revision,
                "at": _clock(copy.saved_at),
                "preview": reverse("admin:article_copy_shown", args=[copy.key]),
                "other": f"This article is open in another window too, saved there at "
                f"{_clock(other)}. Both are kept."
                if other
                else "",
            }
        )

    @method_decorator(require_POST)
    def throw_away_view(self, request: HttpRequest, copy) -> HttpResponse:
        found = get_object_or_404(WorkingCopy, coach=request.user, key=copy)
        back = _form_address(found.article_id)
        found.delete()
        self.message_user(request, "Thrown away. What was saved is as it was.", messages.SUCCESS)
        return redirect(back)

    # --- Preview --------------------------------------------------------------------------

    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(require_safe)
    def copy_preview_view(self, request: HttpRequest, copy) -> HttpResponse:
        """A working copy as readers would see it, in the frame beside the form."""
        found = get_object_or_404(
            WorkingCopy.objects.select_related("article"), coach=request.user, key=copy
        )
        return self._preview(request, found.as_data(), found.article)

    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(require_safe)
    def saved_preview_view(self, request: HttpRequest, article_id) -> HttpResponse:
        """An article as it was last saved, in that frame."""
        return self._render(request, self._article(request, article_id), None)

    @method_decorator(require_POST)
    def preview_typed_view(self, request: HttpRequest) -> HttpResponse:
        """What stands in a form now, for browsers without scripts. Nothing is kept."""
        if not self._may_write(request):
            raise PermissionDenied
        of = request.POST.get("of_article", "")
        article = Article.objects.filter(pk=of).first() if of.isdecimal() else None
        data = request.POST.copy()
        return self._preview(request, data, article)

    def _preview(self, request, data: QueryDict, article: Article | None) -> HttpResponse:
        for button in ("stand", "status", "opened"):
            data.pop(button, None)
        typed, topics, _ = working_copies.as_article(data, article)
        if article is None:
            typed.author = request.user
        typed.title = typed.title or "Your title"
        typed.slug = typed.slug or "draft"
        typed.updated_at = timezone.now()
        return self._render(request, typed, topics)

    def _render(self, request, article: Article, topics) -> HttpResponse:
        from ..views import _shown

        # As a visitor sees it, whoever looks.
        page = render_to_string(
            "articles/preview.html",
            {**_shown(article, topics), "in_frame": True},
            caching.anybody(request.path, {}),
        )
        return _unkept(HttpResponse(page))

    @method_decorator(require_POST)
    def preview_link_view(self, request: HttpRequest, article_id) -> HttpResponse:
        """Make the article's secret link, anew where there is one, or end it."""
        article = self._article(request, article_id)
        with transaction.atomic():
            PreviewLink.objects.filter(article=article).delete()
            if request.POST.get("act") == "end":
                words = "The link leads nowhere any more."
            else:
                made = PreviewLink.objects.create(article=article, made_by=_coach(request))
                words = f"The link is made. It works until {moments.in_words(made.expires_at)}."
        self.message_user(request, words, messages.SUCCESS)
        return redirect(f"{_form_address(article.pk)}#share")

    # --- Revisions ------------------------------------------------------------------------

    @method_decorator(require_safe)
    def revisions_view(self, request: HttpRequest, article_id) -> HttpResponse:
        """What was saved, the newest first. 3 queries besides the writing room's own."""
        article = self._article(request, article_id)
        kept = article.revisions.newest_first().select_related("by__coach_profile").defer("body")
        page = Paginator(kept, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
        return self._page(
            request,
            "revisions.html",
            article,
            title="Earlier versions",
            page=page,
            newest=article.revisions.newest_first().values_list("pk", flat=True).first(),
        )

    def revision_view(self, request: HttpRequest, revision_id) -> HttpResponse:
        """One version: what its save changed, what has changed since. POST takes it up again."""
        revision = get_object_or_404(Revision.objects.select_related("by"), pk=revision_id)
        article = self._article(request, revision.article_id)
        if request.method == "POST":
            return self._restore(request, article, revision)
        before = article.revisions.filter(pk__lt=revision.pk).newest_first().first()
        now = revisions.words_of(article)
        then = {name: getattr(revision, name) for name in revisions.WORDS}
        since = request.GET.get("against") == "now"
        if since:
            changes = differences.between(then, now)
        else:
            earlier = {name: getattr(before, name) for name in revisions.WORDS} if before else None
            changes = differences.between(earlier, then) if earlier else []
        return self._page(
            request,
            "revision.html",
            article,
            title=f"Version of {date_format(timezone.localtime(revision.made_at), 'j F Y, H:i')}",
            revision=revision,
            before=before,
            since=since,
            changes=changes,
            body=differences.clean(revision.body),
            is_current=then == now,
        )

    def _restore(self, request, article, revision) -> HttpResponse:
        when = date_format(timezone.localtime(revision.made_at), "j F Y, H:i")
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=article.pk)
            made = revisions.restore(article, revision, request.user, when)
        self._pages_changed()
        if made is None:
            words = "Nothing to do: the article has these words already."
        else:
            words = f"The words of {when} are back. What stood before is a version, too."
        self.message_user(request, words, messages.SUCCESS)
        return redirect(_form_address(article.pk))

    def _page(self, request, template: str, article: Article, **context) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "zone": moments.zone_name(),
            **context,
        }
        return render(request, f"admin/articles/article/{template}", context)


def _coach(request: HttpRequest) -> User:
    """Who is signed in; the doors let in nobody else."""
    return cast(User, request.user)


def _in_transaction() -> bool:
    return transaction.get_connection().in_atomic_block


def _form_address(article_id: int | None) -> str:
    if article_id is None:
        return reverse("admin:articles_article_add")
    return reverse("admin:articles_article_change", args=[article_id])


def _clock(moment) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def _unkept(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def standing_in_words(article: Article) -> str:
    """Where the article stands, and who sees it."""
    if article.is_live:
        return f"Before readers since {moments.of(article)}."
    if article.is_scheduled:
        return f"Scheduled for {moments.of(article)}. Until then only you see it."
    return "A draft: nobody sees it but you."


def what_happened(article: Article, stood: Article | None) -> str:
    """What a save has done, in one or two sentences."""
    was_live = stood is not None and stood.is_live
    if article.is_live and was_live:
        words = "Saved. Readers see the change now."
    elif article.is_live:
        words = "Published: readers see it now."
    elif article.is_scheduled:
        words = f"Scheduled for {moments.of(article)}. It appears by itself."
    elif was_live:
        words = "Taken back: it is a draft again, and readers do not see it any more."
    elif stood is not None and stood.is_scheduled:
        words = "Taken back: it is a draft, and will not appear by itself."
    else:
        words = "Saved as a draft. Nobody sees it but you."
    if stood is not None and stood.was_public and stood.slug != article.slug:
        words += " The old address leads to the new one."
    return words
