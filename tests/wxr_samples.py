"""WordPress exports, generated: as small as a test needs, in every shape that blogs bring."""

import os
from html import escape
from pathlib import Path

import pytest

WP = "http://wordpress.org/export/1.2/"
EMPTY_DATE = "0000-00-00 00:00:00"
AUTHOR = {"id": "7", "login": "marit", "email": "marit@blog.example", "name": "Marit"}


def real(path: str) -> Path:
    """A file of real or hostile input, which belongs to others and is not in this repository.

    Skips the test where WALKCOACH_TEST_DATA names no folder of them.
    """
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of real input")
    return Path(folder) / path


def line_of(text: str, part: str) -> int:
    """The line in which a part first stands, as an editor counts."""
    return text[: text.index(part)].count("\n") + 1


def cdata(text: str) -> str:
    """As WordPress writes it: an end mark within the text splits the section in two."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def author(*, id: str, login: str, email: str, name: str) -> str:
    return (
        f"<wp:author><wp:author_id>{id}</wp:author_id>"
        f"<wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(email)}</wp:author_email>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name></wp:author>\n"
    )


def comment(
    id: int | str,
    *,
    parent: int | str = 0,
    by: str = "Rewa",
    email: str = "rewa@example.org",
    user_id: int | str = 0,
    content: str = "Is it harmful to walk?",
    date: str = "2020-03-01 10:00:00",
    local: str = "",
    approved: str = "1",
    type: str = "comment",
) -> str:
    return (
        f"<wp:comment>\n<wp:comment_id>{id}</wp:comment_id>\n"
        f"<wp:comment_author>{cdata(by)}</wp:comment_author>\n"
        f"<wp:comment_author_email>{escape(email)}</wp:comment_author_email>\n"
        "<wp:comment_author_url>https://elsewhere.example/</wp:comment_author_url>\n"
        "<wp:comment_author_IP>192.0.2.77</wp:comment_author_IP>\n"
        f"<wp:comment_date>{local or date}</wp:comment_date>\n"
        f"<wp:comment_date_gmt>{date}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{cdata(content)}</wp:comment_content>\n"
        f"<wp:comment_approved>{approved}</wp:comment_approved>\n"
        f"<wp:comment_type>{type}</wp:comment_type>\n"
        f"<wp:comment_parent>{parent}</wp:comment_parent>\n"
        f"<wp:comment_user_id>{user_id}</wp:comment_user_id>\n</wp:comment>\n"
    )


def term(name: str, slug: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{slug}">{cdata(name)}</category>\n'


def item(
    id: int | str = 1,
    *,
    title: str = "Walk with sore knees",
    slug: str = "walk-with-sore-knees",
    content: str = "Six houses.\n\nThen turn round.",
    excerpt: str = "",
    status: str = "publish",
    type: str = "post",
    date: str = "2020-02-29 08:30:00",
    local: str = "",
    password: str = "",
    creator: str = "marit",
    comment_status: str = "open",
    terms: str = "",
    comments: str = "",
    extra: str = "",
    link: str | None = None,
) -> str:
    link = f"https://blog.example/2020/02/{slug}/" if link is None else link
    return (
        f"<item>\n<title>{cdata(title)}</title>\n"
        f"<link>{escape(link)}</link>\n"
        f"<dc:creator>{cdata(creator)}</dc:creator>\n"
        f'<guid isPermaLink="false">https://blog.example/?p={id}</guid>\n'
        f"<content:encoded>{cdata(content)}</content:encoded>\n"
        f"<excerpt:encoded>{cdata(excerpt)}</excerpt:encoded>\n"
        f"<wp:post_id>{id}</wp:post_id>\n"
        f"<wp:post_date>{local or date}</wp:post_date>\n"
        f"<wp:post_date_gmt>{date}</wp:post_date_gmt>\n"
        f"<wp:comment_status>{comment_status}</wp:comment_status>\n"
        f"<wp:post_name>{slug}</wp:post_name>\n<wp:status>{status}</wp:status>\n"
        f"<wp:post_type>{type}</wp:post_type>\n"
        f"<wp:post_password>{password}</wp:post_password>\n"
        f"{terms}{extra}{comments}</item>\n"
    )


def export(
    *items: str,
    version: str | None = "1.2",
    namespace: str = WP,
    authors: str | None = None,
    url: str = "https://blog.example",
    title: str = "Walk with Marit",
) -> str:
    versioned = f"<wp:wxr_version>{version}</wp:wxr_version>\n" if version is not None else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        f'<rss version="2.0" xmlns:excerpt="{namespace}excerpt/"\n'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="{namespace}">\n'
        f"<channel>\n<title>{escape(title)}</title>\n<link>{url}</link>\n{versioned}"
        f"<wp:base_site_url>{url}</wp:base_site_url>\n<wp:base_blog_url>{url}</wp:base_blog_url>\n"
        f"{author(**AUTHOR) if authors is None else authors}"
        f"{''.join(items)}</channel>\n</rss>\n"
    )
