from django.apps import AppConfig
from django.db.models.signals import pre_save


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "Conversation"

    def ready(self):
        # The package's handler publishes every reply under a comment that is saved, removed and
        # pending ones included. Ours say what is public themselves (conversation.py).
        from django_comments_xtd.models import publish_or_unpublish_on_pre_save

        from accounts.signals import account_will_be_erased, portrait_changed
        from articles.search import index

        from . import searching

        pre_save.disconnect(publish_or_unpublish_on_pre_save, sender="comments.Comment")
        account_will_be_erased.connect(forget_account)
        portrait_changed.connect(freshen_pages)
        index.register(searching.Answers())
        index.register(searching.Comments())


def forget_account(sender, user, **kwargs):
    """Take whoever erases their account out of what they wrote."""
    from . import conversation

    conversation.forget(user)


def freshen_pages(sender, user, **kwargs):
    """Let no cache serve a page with the face that someone had before."""
    from articles.models import Article

    from .models import Comment

    theirs = Comment.objects.filter(user=user)
    Article.objects.filter(threads__in=theirs.values("thread_id")).touch()
