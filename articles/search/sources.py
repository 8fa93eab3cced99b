"""Articles, as a search finds them."""

from django.db.models import QuerySet

from ..models import Article
from ..text import plain_text
from .index import Source
from .models import SearchDocument


class Articles(Source):
    kind, label, template = "article", "Articles", "articles/search/_article.html"
    model = Article
    # A comment is a few words and an article a thousand, which both databases weigh against it.
    weight = 3.0

    def public(self) -> QuerySet[Article]:
        return Article.objects.published().defer("search_text").prefetch_related("topics")

    def indexed(self) -> QuerySet[Article]:
        """All of them: a query looks when each is published, so that the scheduled ones are found
        from their minute on and nobody has to do anything."""
        return Article.objects.prefetch_related("topics")

    def document(self, row: Article) -> SearchDocument:
        return self.made_of(
            row,
            title=row.title,
            topics="\n".join(topic.name for topic in row.topics.all()),
            words=f"{row.standfirst}\n{plain_text(row.body)}",
            article=row,
            weight=self.weight,
        )

    def shown(self, row: Article) -> tuple[str, str]:
        return row.title, f"{row.standfirst} {plain_text(row.body)}"
