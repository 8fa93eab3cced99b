from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def skip(apps, schema_editor):
    """Nobody is mailed what was written before anybody could subscribe."""
    Article = apps.get_model("articles", "Article")
    Mailing = apps.get_model("articles", "Mailing")
    now = timezone.now()
    was_public = Article.objects.filter(Q(published_at__lte=now), mailing=None)
    Mailing.objects.bulk_create(
        [
            Mailing(article_id=pk, opened_at=now, finished_at=now, is_skipped=True)
            for pk in was_public.values_list("pk", flat=True)
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_subscribe_to_articles")]

    operations = [migrations.RunPython(skip, migrations.RunPython.noop)]
