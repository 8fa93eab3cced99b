"""What the coach writes down where articles and walks meet.

Not in admin.py: that makes the admin site itself, and must not ask for it while it is made.
"""

from django.contrib import admin

from articles.admin import ArticleAdmin

from .models import ArticleAction, ArticleForKnee


class ActionInline(admin.StackedInline):
    """The button under an article."""

    model = ArticleAction
    extra = 0
    max_num = 1
    verbose_name_plural = "the button under the article (without one: “Log a walk”)"


ArticleAdmin.inlines = [*ArticleAdmin.inlines, ActionInline]


@admin.register(ArticleForKnee)
class ArticleForKneeAdmin(admin.ModelAdmin):
    """Which article the log suggests. It shows one at a time, and only what fits."""

    list_display = ["article", "verdict", "spot", "why"]
    list_filter = ["verdict", "spot"]
    list_select_related = ["article"]
    autocomplete_fields = ["article"]
