"""Reading and writing in a real browser, under the site's own policy."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from articles.models import Article

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
        assert Axe().run(page).response["violations"] == []
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


def picture() -> dict:
    file = io.BytesIO()
    Image.new("RGB", (640, 400), "olive").save(file, "PNG")
    return {"name": "hill.png", "mimeType": "image/png", "buffer": file.getvalue()}


@pytest.fixture
def writing(browser_page, sign_in, coach):
    """The form for a new article, open before the coach, its slug filled in by its title."""
    page = browser_page(viewport=(1280, 900))
    sign_in(page, coach)
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").press_sequentially("Downstairs without tears")
    assert page.get_by_label("End of its address:").input_value() == "downstairs-without-tears"
    page.locator(".prose-editor .tiptap").click()
    return page


def tool(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def save_and_read(page) -> str:
    """Save, and give the body as it was kept."""
    page.get_by_role("button", name="Save draft").first.click()
    page.get_by_text("Saved as a draft.").wait_for()
    return Article.objects.get().body


def test_the_coach_writes_with_the_editor(writing):
    page, keys = writing, writing.keyboard
    page.locator(".prose-menubar__selected").first.click()
    tool(page, "Heading 2").click()
    keys.type("Which foot goes first?")
    keys.press("Enter")
    keys.type("The sore one, ")
    tool(page, "bold").click()
    keys.type("always")
    tool(page, "bold").click()
    keys.press("Enter")
    tool(page, "unordered list").click()
    keys.type("Hold the rail")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Never hurry.")
    page.locator(".prose-menubar__selected").last.click()
    tool(page, "Paragraph: tinted box").click()
    keys.press("End")
    keys.press("Enter")
    keys.type("Read on")
    keys.press("Shift+Home")
    tool(page, "insert link").click()
    page.get_by_label("URL").fill("/articles/")
    page.locator("dialog").get_by_role("button", name="Update").click()
    assert save_and_read(page) == (
        "<h2>Which foot goes first?</h2>"
        "<p>The sore one, <strong>always</strong></p>"
        "<ul><li><p>Hold the rail</p></li></ul>"
        '<p class="callout">Never hurry.</p>'
        '<p class="callout"><a href="/articles/" rel="noopener noreferrer">Read on</a></p>'
    )


def test_the_coach_puts_a_picture_into_the_text(writing):
    page = writing
    page.keyboard.type("A hill:")
    tool(page, "figure").click()
    with page.expect_popup() as opened:
        page.locator("dialog").get_by_role("button", name="Browse").click()
    window = opened.value
    window.get_by_label("Picture:").set_input_files(picture())
    window.get_by_label("The picture, in words:").fill("A green hill.")
    window.get_by_label("Caption:").fill("Ours.")
    with window.expect_event("close"):
        window.get_by_role("button", name="Put it in the text").click()
    page.locator("dialog").get_by_role("button", name="Insert").click()
    page.locator(".prose-editor figure img").wait_for()
    body = save_and_read(page)
    assert '<figure><img src="/media/articles/' in body
    assert 'alt="A green hill." width="640" height="400">' in body
    assert "<figcaption>Ours.</figcaption></figure>" in body


def test_without_javascript_the_coach_writes_the_text_as_html(browser_page, sign_in, coach):
    page = browser_page(javascript=False, viewport=(1280, 900))
    sign_in(page, coach)
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").fill("Downstairs")
    page.get_by_label("End of its address:").fill("downstairs")
    page.get_by_label("Text:").fill("<p>Hold the rail.</p>")
    assert save_and_read(page) == "<p>Hold the rail.</p>"
