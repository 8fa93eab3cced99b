"""What stands on every page has changed: say so once, and no cache serves an old page."""

from .models import Article, Page


def touch_every_page() -> None:
    """For what all pages show: the menus, the coach's face, a page's or an article's title.

    2 statements, whatever the number of pages: the versions that their copies are named after.
    """
    Article.objects.all().touch()
    Page.objects.all().touch()
