from django.apps import AppConfig
from django.db.models.signals import m2m_changed


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self):
        from allauth.account.signals import email_changed

        from accounts.signals import account_will_be_erased

        from .models import Article
        from .search import index, sources

        index.register(sources.Articles())
        index.register(sources.Pages())
        m2m_changed.connect(index_topics, sender=Article.topics.through)
        account_will_be_erased.connect(forget_subscription)
        email_changed.connect(move_subscription)


def index_topics(sender, instance, action, **kwargs):
    """Have an article found by the names of its topics. A signal, as a change of topics passes
    through nothing else."""
    from .models import Article
    from .search import index

    if action in ("post_add", "post_remove", "post_clear") and isinstance(instance, Article):
        index.keep(instance)


def forget_subscription(sender, user, **kwargs):
    """Who erases their account is mailed no more articles, and no list remembers them."""
    from .subscribing import reports, subscriptions

    subscriptions.forget([user.email])
    reports.forget(user.email)


def move_subscription(sender, from_email_address, to_email_address, **kwargs):
    """A subscription goes with the account to its new address."""
    from .subscribing import subscriptions

    if from_email_address is not None:
        subscriptions.move(from_email_address.email, to_email_address.email)
