import io
import tracemalloc

import pytest

from articles import wxr
from tests import wxr_samples as samples


def file(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def survey(text: str | bytes) -> wxr.Blog:
    return wxr.survey(file(text))


def items(text: str | bytes) -> list[wxr.Item]:
    return list(wxr.items(file(text)))


def only_item(text: str | bytes) -> wxr.Item:
    (item,) = items(text)
    return item


def refusal(text: str | bytes) -> str:
    with pytest.raises(wxr.WxrError) as refused:
        survey(text)
    return str(refused.value)


def test_an_export_says_what_blog_it_is_of():
    blog = survey(samples.export(samples.item(), samples.item(2), title="Q&A with Marit"))
    assert (blog.version, blog.title, blog.url) == ("1.2", "Q&A with Marit", "https://blog.example")
    assert blog.authors == (wxr.Author("7", "marit", "marit@blog.example", "Marit"),)
    assert blog.item_count == 2


def test_an_item_comes_with_its_words_dates_terms_and_comments():
    item = only_item(
        samples.export(
            samples.item(
                42,
                title="Sore & stiff",
                excerpt="Six houses.",
                terms=samples.term("Knees &amp; hips", "knees-hips"),
                comments=samples.comment(9, parent=8, by="Rewa &#8217;n&#8217; Ben"),
            )
        )
    )
    assert (item.id, item.type, item.status, item.title) == (
        "42",
        "post",
        "publish",
        "Sore & stiff",
    )
    assert item.excerpt == "Six houses."
    assert item.moment(None).isoformat() == "2020-02-29T08:30:00+00:00"
    assert item.terms == (wxr.Term("category", "knees-hips", "Knees & hips"),)
    (comment,) = item.comments
    assert (comment.id, comment.parent, comment.user_id) == ("9", "8", "")
    assert comment.author == "Rewa ’n’ Ben"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
def test_every_version_of_the_format_is_read(scheme, version):
    namespace = f"{scheme}://wordpress.org/export/{version}/"
    item = only_item(samples.export(samples.item(), version=version, namespace=namespace))
    assert (item.id, item.content[:11]) == ("1", "Six houses.")


def test_a_prefix_that_names_something_else_is_passed_over():
    foreign = '<wp:post_id xmlns:wp="http://podcast.example/">99</wp:post_id>'
    text = samples.export(samples.item(1)).replace("<wp:post_id>", f"{foreign}<wp:post_id>", 1)
    assert only_item(text).id == "1"


def test_any_prefix_will_do_for_wordpress_own_namespace():
    text = samples.export(samples.item(5)).replace("wp:", "w0:").replace("xmlns:wp", "xmlns:w0")
    assert only_item(text).id == "5"


def test_several_cdata_sections_are_one_text():
    assert (
        only_item(samples.export(samples.item(content="a ]]> b ]]> c"))).content == "a ]]> b ]]> c"
    )


def test_elements_inside_a_text_do_not_end_it():
    text = samples.export(samples.item()).replace(
        "<title><![CDATA[Walk", "<title>A <b>very</b> <item/>long <![CDATA[walk"
    )
    assert only_item(text).title == "A  long walk with sore knees"


def test_line_ends_of_windows_are_line_ends():
    text = samples.export(samples.item(content="one\n\ntwo")).replace("\n", "\r\n")
    item = only_item(text)
    assert item.content == "one\n\ntwo"
    assert item.line == samples.line_of(text, "<item>")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(encoding):
    text = samples.export(samples.item(title="Été"))
    if encoding not in ("utf-8-sig", "utf-16"):
        text = text.replace("UTF-8", encoding)
    else:
        text = text.replace(' encoding="UTF-8"', "")
    assert only_item(text.encode(encoding)).title == "Été"


def test_slugs_are_decoded():
    assert only_item(samples.export(samples.item(slug="knie-%c3%bcbung"))).slug == "knie-übung"


@pytest.mark.parametrize(
    "date", [samples.EMPTY_DATE, "", "2020-02-30 10:00:00", "0001-01-01 00:00:00", "yesterday"]
)
def test_a_date_that_is_none_is_no_date(date):
    assert only_item(samples.export(samples.item(date=date))).gmt is None


def test_where_there_is_no_gmt_the_blogs_own_time_counts():
    from zoneinfo import ZoneInfo

    item = only_item(
        samples.export(samples.item(date=samples.EMPTY_DATE, local="2020-07-01 10:00:00"))
    )
    assert item.moment(ZoneInfo("Europe/Oslo")).isoformat() == "2020-07-01T08:00:00+00:00"


def test_the_same_blog_has_the_same_key_over_http_and_https():
    keys = {
        survey(samples.export(url=url)).key
        for url in ("http://Blog.example/walks/", "https://blog.example/walks")
    }
    assert keys == {"blog.example/walks"}


def test_a_source_key_fits_its_column_whatever_the_address():
    blog = survey(samples.export(url="https://blog.example/" + "x" * 3000))
    assert len(blog.source_key("comment", "9" * 20)) <= 200


@pytest.mark.parametrize(
    ("given", "by_author"),
    [
        ({"user_id": 7}, True),
        ({"user_id": 1}, True),  # who set the blog up, although no author has that id
        ({"user_id": 3}, False),  # a reader with an account
        ({"user_id": 3, "by": "Marit"}, True),
        ({"user_id": 0, "by": "Marit"}, False),  # anybody can type a name
        ({"user_id": 3, "by": "marit"}, True),
        ({"email": "MARIT@blog.example"}, True),
        ({"email": ""}, False),
    ],
)
def test_who_writes_the_blog_is_known_by_account_or_address(given, by_author):
    text = samples.export(samples.item(comments=samples.comment(1, **given)))
    (comment,) = only_item(text).comments
    assert survey(text).is_by_author(comment) is by_author


def test_an_author_without_an_address_is_not_everybody_without_one():
    authors = samples.author(id="", login="", email="", name="")
    text = samples.export(samples.item(comments=samples.comment(1, email="")), authors=authors)
    (comment,) = only_item(text).comments
    assert survey(text).is_by_author(comment) is False


# What is refused, and with which line.


def test_broken_xml_is_refused_with_its_line():
    text = samples.export(samples.item()).replace("</wp:status>", "</wp:state>")
    line = samples.line_of(text, "</wp:state>")
    assert refusal(text).startswith(f"Line {line}: the XML is broken here (mismatched tag)")


def test_a_file_that_ends_too_soon_is_refused():
    text = samples.export(samples.item(), samples.item(2))
    assert "the XML is broken here" in refusal(text[: text.rindex("<wp:status>")])


def test_bytes_that_are_not_what_the_file_says_they_are_are_refused():
    assert "the XML is broken here" in refusal(
        samples.export(samples.item(title="Été")).encode("iso-8859-1")
    )


@pytest.mark.parametrize("encoding", ["utf-7", "no-such-thing", "shift_jis"])
def test_a_character_set_that_cannot_be_read_is_refused(encoding):
    assert refusal(samples.export(samples.item()).replace("UTF-8", encoding)).startswith("Line 1:")


def test_something_else_is_refused():
    assert "it does not begin with <rss>" in refusal("<html><body>404</body></html>")
    assert "it names no version" in refusal("<rss version='2.0'><channel/></rss>")
    assert "the XML is broken here" in refusal("Not found")
    assert "the file is empty" in refusal("")
    assert "Unpack it" in refusal(b"\x1f\x8b\x08\x00")
    assert "Unpack it" in refusal(b"PK\x03\x04\x00")


def test_a_missing_version_is_refused_where_the_first_item_stands():
    text = samples.export(samples.item(), version=None)
    line = samples.line_of(text, "<item>")
    assert refusal(text).startswith(f"Line {line}: this is no WordPress export: no version")


@pytest.mark.parametrize("version", ["", "2.0", "1.2.3", "latest", "1.2 or so"])
def test_an_unknown_version_is_refused(version):
    text = samples.export(samples.item(), version=version)
    line = samples.line_of(text, "<wp:wxr_version>")
    assert refusal(text).startswith(f"Line {line}: WordPress export version “{version}” is not")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:8697/canary">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        "<!DOCTYPE rss>",
    ],
)
def test_a_document_type_is_refused(doctype):
    text = samples.export(samples.item()).replace("<rss", f"{doctype}\n<rss")
    assert refusal(text).startswith("Line 2: the file declares a document type or entities")


def test_tags_in_each_other_beyond_measure_are_refused():
    text = samples.export(samples.item(extra="<x>" * 100_000 + "</x>" * 100_000))
    assert "too deep" in refusal(text)


def test_a_text_beyond_measure_is_refused(monkeypatch):
    monkeypatch.setattr(wxr, "LONGEST_TEXT", 1000)
    survey(samples.export(samples.item(content="x" * 1000)))
    assert "<content:encoded> is too long" in refusal(
        samples.export(samples.item(content="x" * 1001))
    )


def test_a_tag_beyond_measure_is_refused():
    text = samples.export(samples.item(extra=f'<x y="{"z" * 3_000_000}"/>'))
    assert "a tag is too long" in refusal(text)


def test_many_attributes_are_no_harm():
    many = " ".join(f'a{n}="1"' for n in range(50_000))
    assert only_item(samples.export(samples.item(extra=f"<x {many}/>"))).id == "1"


def test_a_long_export_is_read_in_the_memory_of_a_short_one():
    def peak(count: int) -> int:
        body = "six houses " * 2_000
        text = samples.export(*(samples.item(n, content=body) for n in range(1, count + 1)))
        export = file(text)
        tracemalloc.start()
        try:
            assert sum(1 for _ in wxr.items(export)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20)  # what is set up once
    assert peak(400) < 1.5 * peak(20)
