"""Articles, and the pages beside them, as a search finds them."""

from django.db.models import QuerySet

from ..models import Article, Page
from ..text import plain_text
from .index import Source
from .models import SearchDocument


class Articles(Source):
    kind, label, template = "article", "Articles", "articles/search/_article.html"
    model = Article
    # A comment is a few words and an article a thousand, which both databases weigh against it.
    weight = 3.0

    def public(self) -> QuerySet[Article]:
        return (
            Article.objects.published()
            .defer("search_text")
            .prefetch_related("topics", "picture_row")
        )

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


class Pages(Source):
    """About, the books, what readers must know. Nothing on them is about one topic."""

    kind, label, template = "page", "Pages", "articles/search/_page.html"
    model = Page
    weight = 2.0

    def public(self) -> QuerySet[Page]:
        return Page.objects.published().prefetch_related("books")

    def document(self, row: Page) -> SearchDocument:
        title, words = self.shown(row)
        return self.made_of(row, title=title, words=words)

    def shown(self, row: Page) -> tuple[str, str]:
        books = [f"{book.title} by {book.author}. {book.why}" for book in row.books.all()]
        return row.title, " ".join([row.standfirst, plain_text(row.body), *books])
