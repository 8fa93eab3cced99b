"""Answer pages for search engines."""

from datetime import datetime

from articles.feeds import OurSitemap

from ..models import AnswerPage


class AnswerPages(OurSitemap):
    def items(self):
        return AnswerPage.objects.published().only("slug", "updated_at")

    def lastmod(self, item: AnswerPage) -> datetime:
        return item.updated_at
