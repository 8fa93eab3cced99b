"""The focal point, pressed and moved in a real browser."""

import pytest
from django.core.files.base import ContentFile

from articles.library.models import Picture

from .test_library import file_of, media  # noqa: F401  the folder is each test's own

pytestmark = pytest.mark.browser


def test_the_coach_presses_on_what_matters_and_moves_it_by_keys(browser_page, sign_in, coach):
    picture = Picture.objects.take_in(ContentFile(file_of((400, 200)), "x.jpg"), words="A hill.")
    page = browser_page()
    sign_in(page, coach)
    page.goto(f"/admin/articles/picture/{picture.pk}/change/")
    stage = page.get_by_role("group", name="The picture. Press where it matters most")
    box = stage.bounding_box()
    stage.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    left, top = page.get_by_label("From the left, in %"), page.get_by_label("From the top, in %")
    assert 23 <= int(left.input_value()) <= 27 and 48 <= int(top.input_value()) <= 52
    left.fill("20")
    stage.press("ArrowLeft")
    stage.press("Shift+ArrowDown")
    assert left.input_value() == "18"
    assert page.get_by_role("status").inner_text().startswith("18 % from the left, 6")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("was changed successfully").wait_for()
    picture.refresh_from_db()
    assert picture.focal_x == 0.18 and 0.58 <= picture.focal_y <= 0.62
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
