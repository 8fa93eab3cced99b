"""The rows of the index."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SearchDocumentQuerySet(models.QuerySet):
    def findable(self):
        """Those that everybody may read now, as far as their dates and their articles say.

        What else a kind asks for is kept in step by its door, or asked once more by its source.
        """
        from ..models import Article

        return self.filter(
            Q(article__isnull=True) | Q(article__in=Article.objects.published().values("pk")),
            Q(findable_from__isnull=True) | Q(findable_from__lte=timezone.now()),
        )


class SearchDocument(models.Model):
    """The words of one thing that a search finds: an article, an answer page, a comment.

    Words are stored as their stems (words.py). SQLite's index `articles_search_fts` follows by
    triggers, PostgreSQL's is the generated column `vector` of this table (migration 0002).
    """

    kind = models.CharField(max_length=12)  # of its source
    key = models.PositiveBigIntegerField()  # of its row there
    # What is shown as one result: the comments of a thread. Else its own key.
    group = models.PositiveBigIntegerField()
    # Whose publishing it follows and whose topics it has, if any.
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # Where it has a day of its own, before which nobody finds it.
    findable_from = models.DateTimeField(null=True)
    # How much more it is worth than the words of a comment.
    weight = models.FloatField(default=1)
    title = models.TextField(blank=True)
    topics = models.TextField(blank=True)
    words = models.TextField(blank=True)
    # Its different words as they are written, for the vocabulary.
    spellings = models.TextField(blank=True)

    # How well it answers a query, told by `engines.ranked`.
    score: float

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="search_document_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "group"], name="search_document_group"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"


class Vocabulary(models.Model):
    """The words that are written on the site, and in how many documents each: one row."""

    # Of the rules by which the documents were made (index.py).
    rules = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    documents = models.PositiveIntegerField(default=0)
    # A line for each word: the word, a space, in how many documents; the most frequent first.
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="vocabulary_is_one_row"),
        ]

    def __str__(self):
        return f"Vocabulary of {self.documents} documents"
