"""What comes out of `reencode`: a picture made anew, or kind words. Nothing else."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

from accounts.pictures import ERRORS, MAX_BYTES, MAX_PIXELS, MAX_PIXELS_WEBP, reencode

HOSTILE = Path(os.environ.get("WALKCOACH_TEST_DATA", "")) / "hostile"
needs_hostile_data = pytest.mark.skipif(
    not os.environ.get("WALKCOACH_TEST_DATA"),
    reason="WALKCOACH_TEST_DATA is not set: no hostile files to try",
)
EXIF_ORIENTATION, EXIF_GPS, EXIF_MAKE = 274, 34853, 271


def upload(image: Image.Image, form: str = "JPEG", name: str = "p.jpg", **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return SimpleUploadedFile(name, out.getvalue())


def opened(content) -> Image.Image:
    return Image.open(io.BytesIO(content.read()))


def refusal(given) -> str:
    with pytest.raises(ValidationError) as caught:
        reencode(given, max_width=512)
    assert caught.value.message in ERRORS.values()
    return caught.value.code


def test_a_photo_is_shrunk_to_the_width_and_keeps_its_shape():
    image = opened(reencode(upload(Image.new("RGB", (2000, 1000), "green")), max_width=512))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (512, 256))


def test_a_small_photo_is_not_blown_up():
    image = opened(reencode(upload(Image.new("RGB", (80, 60))), max_width=512))
    assert image.size == (80, 60)


def test_a_portrait_is_cut_square_from_the_middle():
    photo = Image.new("RGB", (900, 300), "red")
    photo.paste("blue", (300, 0, 600, 300))
    image = opened(reencode(upload(photo), max_width=200, square=True))
    assert image.size == (200, 200)
    red, _, blue = image.getpixel((100, 100))
    assert blue > 200 > 60 > red


def test_a_photo_held_sideways_is_turned_upright():
    photo = Image.new("RGB", (400, 200), "white")
    photo.paste("black", (0, 0, 200, 200))  # dark on the left
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # the camera was turned a quarter to the right
    image = opened(reencode(upload(photo, exif=exif), max_width=512))
    assert image.size == (200, 400)
    assert image.getpixel((100, 50))[0] < 60 < 200 < image.getpixel((100, 350))[0]


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[EXIF_MAKE] = "canary-camera"
    exif.get_ifd(EXIF_GPS)[1] = "N"
    content = reencode(
        upload(Image.new("RGB", (40, 40)), exif=exif, comment=b"canary-comment"), max_width=512
    ).read()
    image = Image.open(io.BytesIO(content))
    assert not image.getexif()
    assert b"canary" not in content and b"Exif" not in content


def test_the_texts_of_a_png_are_dropped():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "canary")
    see_through = Image.new("RGBA", (40, 40), (0, 120, 0, 90))
    content = reencode(upload(see_through, "PNG", "p.png", pnginfo=texts), max_width=512).read()
    assert b"canary" not in content


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_with_see_through_parts_keeps_them(form):
    drawing = Image.new("RGBA", (60, 60), (0, 120, 0, 255))
    drawing.paste((0, 0, 0, 0), (0, 0, 30, 60))
    image = opened(reencode(upload(drawing, form), max_width=512))
    assert image.format == form
    assert image.getpixel((5, 5))[3] == 0 and image.getpixel((50, 5))[3] == 255


def test_a_png_without_see_through_parts_becomes_a_jpeg():
    image = opened(reencode(upload(Image.new("RGBA", (60, 60), "green"), "PNG"), max_width=512))
    assert image.format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "RGB", "RGBA"])
def test_every_way_of_storing_colours_is_read(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = opened(reencode(upload(Image.new(mode, (30, 20)), form), max_width=512))
    assert image.size == (30, 20)


def test_a_bright_sixteen_bit_picture_stays_bright():
    image = opened(reencode(upload(Image.new("I;16", (8, 8), 60_000), "PNG"), max_width=512))
    assert image.getpixel((4, 4))[0] > 220


def test_a_colour_profile_is_applied_before_it_is_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = Image.new("RGB", (8, 8), (200, 100, 50))
    image = opened(reencode(upload(photo, quality=100, icc_profile=profile), max_width=512))
    assert "icc_profile" not in image.info
    assert all(abs(a - b) < 6 for a, b in zip(image.getpixel((4, 4)), (200, 100, 50), strict=True))


def test_a_colour_profile_that_makes_no_sense_is_passed_over():
    photo = upload(Image.new("RGB", (8, 8), "green"), icc_profile=b"not a profile")
    assert opened(reencode(photo, max_width=512)).size == (8, 8)


def test_a_picture_as_tall_as_a_page_is_shrunk_until_it_fits():
    image = opened(reencode(upload(Image.new("RGB", (10, 30_000)), "PNG"), max_width=100))
    assert image.width >= 1 and image.height <= 300


def test_the_name_it_came_under_is_not_kept():
    first, second = (
        reencode(upload(Image.new("RGB", (9, 9)), name="../../x.php.jpg"), max_width=9)
        for _ in range(2)
    )
    assert first.name != second.name
    assert first.name.endswith(".jpg") and "/" not in first.name and "x" not in first.name


def test_an_empty_file_is_refused():
    assert refusal(SimpleUploadedFile("p.jpg", b"")) == "picture_empty"


def test_a_file_of_more_than_ten_megabytes_is_refused():
    photo = upload(Image.new("RGB", (9, 9)))
    photo.size = MAX_BYTES + 1
    assert refusal(photo) == "picture_bytes"


@pytest.mark.parametrize(("form", "most"), [("PNG", MAX_PIXELS), ("WEBP", MAX_PIXELS_WEBP)])
def test_a_picture_of_too_many_megapixels_is_refused(form, most):
    side = int(most**0.5) + 1
    assert refusal(upload(Image.new("L", (side, side)), form)) == "picture_pixels"


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "ICO", "PDF"])
def test_other_kinds_of_pictures_are_refused(form):
    assert refusal(upload(Image.new("RGB", (32, 32)), form)) == "picture_format"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_pictures_that_move_are_refused(form):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    moving = upload(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(moving) in {"picture_moves", "picture_format"}


def test_a_telephones_photo_with_a_second_one_behind_it_is_taken():
    photo = Image.new("RGB", (40, 20), "green")
    both = upload(photo, "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))])
    assert opened(reencode(both, max_width=512)).size == (40, 20)


def test_a_photo_cut_off_in_the_middle_is_refused():
    whole = upload(Image.effect_noise((200, 200), 90)).read()
    assert refusal(SimpleUploadedFile("p.jpg", whole[: len(whole) // 2])) == "picture_damaged"


def test_a_script_behind_a_photo_is_left_behind():
    photo = upload(Image.new("RGB", (9, 9))).read() + b"<script>alert(1)</script>"
    content = reencode(SimpleUploadedFile("p.jpg", photo), max_width=9).read()
    assert b"script" not in content


@needs_hostile_data
@pytest.mark.parametrize(
    "path",
    sorted([*HOSTILE.glob("images/*"), *HOSTILE.glob("upload/*")]),
    ids=lambda path: path.name,
)
@pytest.mark.filterwarnings("ignore:Invalid APNG:UserWarning")
def test_a_hostile_file_is_made_clean_or_refused(path):
    given = SimpleUploadedFile(path.name, path.read_bytes())
    try:
        content = reencode(given, max_width=512).read()
    except ValidationError as error:
        assert error.code in ERRORS
        return
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.width <= 512
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert not any(bad in content.lower() for bad in (b"<script", b"<html", b"<?php", b"<svg"))


MEMORY_USED_BY_ALL = """
import resource, sys, warnings
from pathlib import Path
from django.conf import settings
settings.configure()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from accounts.pictures import reencode
warnings.simplefilter("ignore", UserWarning)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in Path(sys.argv[1]).iterdir():
    try:
        reencode(SimpleUploadedFile(path.name, path.read_bytes()), max_width=512)
    except ValidationError:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@needs_hostile_data
def test_a_folder_of_bombs_takes_less_than_a_hundred_megabytes():
    run = subprocess.run(
        [sys.executable, "-c", MEMORY_USED_BY_ALL, str(HOSTILE / "images")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert int(run.stdout) < 100
