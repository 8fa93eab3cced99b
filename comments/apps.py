from django.apps import AppConfig
from django.db.models.signals import pre_save


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "Conversation"

    def ready(self):
        # The package's handler publishes every reply under a comment that is saved, removed and
        # pending ones included. Ours say what is public themselves (conversation.py).
        from django_comments_xtd.models import publish_or_unpublish_on_pre_save

        from accounts.signals import account_will_be_erased

        pre_save.disconnect(publish_or_unpublish_on_pre_save, sender="comments.Comment")
        account_will_be_erased.connect(forget_account)


def forget_account(sender, user, **kwargs):
    """Take whoever erases their account out of what they wrote."""
    from . import conversation

    conversation.forget(user)
