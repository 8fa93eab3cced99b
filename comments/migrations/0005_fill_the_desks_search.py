import unicodedata

from django.db import migrations
from django.db.models import OuterRef, Subquery

BATCH = 500


def folded(text):
    """As comments/words.py had it at the time."""
    decomposed = unicodedata.normalize("NFKD", text)
    seen = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(seen).casefold()


def fill(apps, schema_editor):
    Comment = apps.get_model("comments", "Comment")
    Thread = apps.get_model("comments", "Thread")
    last = 0
    while rows := list(Comment.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in rows:
            row.search_words = folded(row.comment)
            row.search_writer = folded(f"{row.user_name} {row.user_email}")
        Comment.objects.bulk_update(rows, ["search_words", "search_writer"])
        last = rows[-1].pk
    answers = Comment.objects.filter(
        thread_id=OuterRef("pk"), by_coach=True, state="published"
    ).order_by("-arrived_at", "-pk")
    Thread.objects.filter(answered_at__isnull=False).update(
        answered_by=Subquery(answers.values("user_id")[:1])
    )


class Migration(migrations.Migration):

    dependencies = [
        ("comments", "0004_keep_the_desk"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
