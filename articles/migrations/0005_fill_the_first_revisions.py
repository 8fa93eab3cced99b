"""What stands now is every article's first revision, and what readers know is no news to them."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone

AT_ONCE = 50  # bodies in memory


def fill(apps, schema_editor):
    Article = apps.get_model("articles", "Article")
    Revision = apps.get_model("articles", "Revision")
    Article.objects.filter(status="published", published_at__lte=timezone.now()).update(
        became_public_at=F("published_at")
    )
    batch = []
    articles = Article.objects.order_by("pk").prefetch_related("topics")
    for article in articles.iterator(chunk_size=AT_ONCE):
        batch.append(
            Revision(
                article=article,
                title=article.title,
                slug=article.slug,
                standfirst=article.standfirst,
                body=article.body,
                picture_alt=article.picture_alt,
                topics=sorted(topic.name for topic in article.topics.all()),
                made_at=article.updated_at,
                what="As it stood",
            )
        )
        if len(batch) == AT_ONCE:
            Revision.objects.bulk_create(batch)
            batch = []
    Revision.objects.bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0004_keep_the_life_of_an_article'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
