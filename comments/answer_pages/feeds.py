"""Answer pages for search engines."""

from datetime import datetime

from django.urls import reverse

from articles.feeds import OurSitemap

from ..models import AnswerPage


class AnswerPages(OurSitemap):
    """Every answer page, and before them the list of them, which changes with the newest."""

    def items(self) -> list[AnswerPage | datetime]:
        pages = list(AnswerPage.objects.published().only("slug", "updated_at"))
        return [max(page.updated_at for page in pages), *pages] if pages else []

    def location(self, item: AnswerPage | datetime) -> str:
        if isinstance(item, datetime):
            return reverse("comments_answers:list")
        return item.get_absolute_url()

    def lastmod(self, item: AnswerPage | datetime) -> datetime:
        return item if isinstance(item, datetime) else item.updated_at
