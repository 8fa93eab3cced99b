from django.apps import AppConfig
from django.db.models.signals import m2m_changed


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self):
        from .models import Article
        from .search import index, sources

        index.register(sources.Articles())
        index.register(sources.Pages())
        m2m_changed.connect(index_topics, sender=Article.topics.through)


def index_topics(sender, instance, action, **kwargs):
    """Have an article found by the names of its topics. A signal, as a change of topics passes
    through nothing else."""
    from .models import Article
    from .search import index

    if action in ("post_add", "post_remove", "post_clear") and isinstance(instance, Article):
        index.keep(instance)
