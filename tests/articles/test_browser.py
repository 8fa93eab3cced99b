"""Reading and writing in a real browser, under the site's own policy."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from articles.models import Article
from tests.browser import axe_faults

pytestmark = pytest.mark.browser


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_finds_an_article_by_a_word_and_reads_it(browser_page, article, javascript):
    page = browser_page(javascript=javascript)
    page.goto("/articles/")
    page.get_by_label("Search articles, answers and questions").fill("turning point")
    page.get_by_role("button", name="Search").click()
    assert page.locator("mark").first.inner_text() == "turning"
    if javascript:
        assert axe_faults(page) == []
    page.get_by_role("link", name="Start with six houses").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Start with six houses"
    assert page.get_by_text("Walk to the sixth house and turn round.").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_screen(browser_page, article, width):
    article.title = "Knie" * 30
    article.body = f"<h2>{'Knie' * 30}</h2><p>{'Knie' * 60}</p>"
    article.save()
    page = browser_page(viewport=(width, 900))
    for address in [
        "/articles/",
        "/search/?q=knie",
        f"/search/?q={'x' * 90}",
        article.get_absolute_url(),
    ]:
        page.goto(address)
        assert fits(page), address


def test_the_contents_take_a_reader_to_the_heading(browser_page, article):
    filler = "<p>" + "A step, and another step. " * 200 + "</p>"
    article.body = f"<h2>First</h2>{filler}<h2>Second</h2>{filler}"
    article.save()
    page = browser_page(viewport=(1280, 900))
    page.goto(article.get_absolute_url())
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Second").click()
    page.wait_for_function(
        "() => { const top = document.getElementById('part-second').getBoundingClientRect().top;"
        " return top >= 0 && top < 200 }"
    )


CLIPBOARD = Path(__file__).parent / "clipboard"

PASTE = """(text, { html, words }) => {
  const clipboardData = new DataTransfer();
  if (html) clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", words);
  text.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
  );
}"""

DROP = """(text, { name, type, content }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const { left, bottom } = text.lastElementChild.getBoundingClientRect();
  text.dispatchEvent(new DragEvent("drop", {
    dataTransfer, bubbles: true, cancelable: true, clientX: left + 5, clientY: bottom - 5,
  }));
}"""


@pytest.fixture
def writing(browser_page, sign_in, coach):
    """The form for a new article on a phone, its slug filled in by its title."""
    page = browser_page()
    sign_in(page, coach)
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").press_sequentially("Downstairs without tears")
    assert page.get_by_label("End of its address:").input_value() == "downstairs-without-tears"
    text(page).click()
    return page


def text(page):
    return page.get_by_role("textbox", name="The text of the article")


def tool(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def add(page, name: str) -> None:
    tool(page, "Add…").click()
    page.get_by_role("button", name=name).click()


def paste(page, *, html: str = "", words: str = "") -> None:
    text(page).evaluate(PASTE, {"html": html, "words": words})


def drop(page, name: str, kind: str, content: bytes) -> None:
    sent = {"name": name, "type": kind, "content": base64.b64encode(content).decode()}
    text(page).evaluate(DROP, sent)


def written(page) -> str:
    return page.locator("#id_body").input_value()


def assert_for_everyone(page, part: str) -> None:
    """axe finds nothing in the way of anybody in this part of the page, up to AAA."""
    tags = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # Not preloading: axe would write styles into the page, which its policy refuses aloud.
    assert axe_faults(page, part, runOnly=tags, preload=False) == []


def save_and_read(page) -> str:
    """Save, and give the body as it was kept."""
    page.get_by_role("button", name="Save draft").first.click()
    page.get_by_text("Saved as a draft.").wait_for()
    return Article.objects.get(slug__startswith="downstairs").body


def test_the_coach_writes_an_article_on_a_phone(writing, article):
    page, keys = writing, writing.keyboard
    assert fits(page)
    page.get_by_label("Style of this line").select_option("Heading")
    keys.type("Which foot goes first?")
    keys.press("Enter")
    keys.type("The sore one, ")
    tool(page, "Bold").click()
    keys.type("always")
    keys.press("ControlOrMeta+b")
    keys.press("Enter")
    tool(page, "List with bullets").click()
    keys.type("Hold the rail")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Never hurry.")
    add(page, "Tinted box")
    tool(page, "Go on below the box").click()
    keys.type("Good leg up.")
    add(page, "Quote")
    tool(page, "Say whose words").click()
    keys.type("Every nurse")
    keys.press("Enter")
    tool(page, "Link").click()
    page.get_by_label("Where to").fill("six houses")
    page.get_by_role("button", name="Start with six houses").click()
    page.get_by_role("button", name="Link it").click()
    add(page, "When to see someone")
    keys.type("If it swells.")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Oops")
    tool(page, "Undo").click()
    page.get_by_role("link", name=" words · 1 min · ").wait_for()
    assert_for_everyone(page, ".prose-editor, #advice")
    assert save_and_read(page) == (
        "<h2>Which foot goes first?</h2>"
        "<p>The sore one, <strong>always</strong></p>"
        "<ul><li><p>Hold the rail</p></li></ul>"
        '<section class="callout"><p>Never hurry.</p></section>'
        '<figure class="quote"><blockquote><p>Good leg up.</p></blockquote>'
        "<figcaption>Every nurse</figcaption></figure>"
        f'<p><a href="{article.get_absolute_url()}" rel="noopener noreferrer">'
        "Start with six houses</a></p>"
        '<section class="see-someone"><h2>When to see someone</h2><p>If it swells.</p></section>'
    )
    page.goto("/articles/downstairs-without-tears/")
    assert fits(page)
    assert_for_everyone(page, "article")


def test_what_the_coach_pastes_comes_out_clean(writing):
    page = writing
    paste(page, html=(CLIPBOARD / "word.html").read_text())
    assert written(page).replace(' data-type="decimal"', "") == (
        "<h2>Going downstairs</h2>"
        "<p>Stairs ask <strong>more</strong> of a knee than <em>any</em> path.</p>"
        "<h3>What you need</h3>"
        "<ul><li><p>A rail</p><ul><li><p>that reaches the last step</p></li></ul></li>"
        "<li><p>Light</p></li></ul>"
        "<p>Then:</p>"
        "<ol><li><p>The sore foot first</p></li><li><p>The other one beside it</p></li></ol>"
        "<blockquote><p>Good leg up, bad leg down.</p></blockquote>"
        '<p>More at <a href="https://www.nhs.uk/knees/">the NHS</a>.</p>'
        "<p>Monday · Ten steps</p>"
    )
    assert page.get_by_text("One picture did not come along (“Stairs with a rail”)").is_visible()
    page.keyboard.press("ControlOrMeta+a")
    paste(page, html=(CLIPBOARD / "word-online.html").read_text())
    assert written(page).replace(' data-type="decimal"', "") == (
        "<h2>Warming up</h2>"
        "<p>Take <strong>five minutes</strong> first.</p>"
        "<ul><li><p>Ankles</p><ul><li><p>ten circles each way</p></li></ul></li>"
        "<li><p>Hips</p></li></ul>"
        "<ol><li><p>Stand</p></li></ol>"
        "<p>Then go.</p>"
    )
    page.keyboard.press("ControlOrMeta+a")
    paste(page, html=(CLIPBOARD / "google-docs.html").read_text())
    assert written(page) == (
        "<h2>Shoes and slopes</h2>"
        "<p>A shoe should be <strong>wide</strong> and <em>soft</em>. See "
        '<a href="https://www.versusarthritis.org/shoes/">their page</a>.</p>'
        "<ul><li><p>Grip</p><ul><li><p>on wet leaves</p></li></ul></li>"
        "<li><p>Room for toes</p></li></ul>"
        "<h3>A steep one</h3>"
        "<p>Go down it sideways.</p>"
    )
    page.keyboard.press("Enter")
    paste(page, words="https://youtu.be/dQw4w9WgXcQ?si=spy")
    page.get_by_label("What it is called").fill("How to walk")
    page.get_by_role("button", name="Put it in the text").click()
    assert save_and_read(page).endswith(
        '<p class="video"><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ" '
        'rel="noopener noreferrer">Watch on YouTube: How to walk</a></p>'
    )


def test_the_coach_drops_a_picture_into_the_text(writing):
    page = writing
    page.keyboard.type("A hill:")
    drop(page, "hill.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page.get_by_text("“hill.svg”: Choose a picture saved as JPEG, PNG or WebP.").wait_for()
    file = io.BytesIO()
    Image.new("RGB", (640, 400), "olive").save(file, "PNG")
    drop(page, "hill.png", "image/png", file.getvalue())
    page.get_by_role("button", name="Words later").click()
    page.get_by_text("Nobody has said yet what this shows.").wait_for()
    page.get_by_text("Picture 1 in the text has no words").wait_for()
    page.get_by_role("button", name="Words and caption").click()
    page.get_by_label("What it shows, in words").fill("A green hill.")
    page.get_by_label("Caption").fill("Ours.")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("In words: A green hill.").wait_for()
    body = save_and_read(page)
    assert body.startswith('<p>A hill:</p><figure><img src="/media/articles/')
    assert 'alt="A green hill." width="640" height="400"><figcaption>Ours.</figcaption>' in body


def test_without_javascript_the_coach_writes_the_text_as_html(browser_page, sign_in, coach):
    page = browser_page(javascript=False, viewport=(1280, 900))
    sign_in(page, coach)
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").fill("Downstairs")
    page.get_by_label("End of its address:").fill("downstairs")
    page.get_by_label("Text:").fill("<p>Hold the rail.</p>")
    assert save_and_read(page) == "<p>Hold the rail.</p>"
