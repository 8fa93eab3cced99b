"""The demo's free report, drawn by fpdf2: two pages to pin on the fridge."""

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from walking_log.doctor.pdf import FONTS

TITLE = "Six weeks of walking"
LINE = "One line a week, with room for how your knees felt. To pin on the fridge."
SLUG = "six-weeks-of-walking"

FONT = "Atkinson"
MARGIN_MM = 18
INK, SOFT, RULE = 34, 90, 190

WEEKS = [
    ("Six houses", "Walk to the sixth house and turn round. Three times, with a day between."),
    ("Six houses, again", "The same way. This week is for noticing, not for adding."),
    (
        "Nine houses",
        "If three mornings in a row were calm. If not, stay with six: no step back.",
    ),
    ("Nine, at talking pace", "Say a whole sentence aloud on the way. Out of breath? Slower."),
    ("Twelve houses", "Take the flat way first; the hill can wait for week six."),
    ("Your own way", "Choose where to turn round. Write down why you chose it."),
]
BEFORE = (
    "A knee that locks, gives way, is hot and swollen, or will not take your weight wants a "
    "clinician before it wants a walk. With sudden chest pain or breathlessness, ring the "
    "emergency number."
)
RULES = [
    ("Comfort is from 0 to 10.", "0 is as bad as you know it, 10 is as if it were not there."),
    ("The morning after decides.", "Worse than before the walk? A day of rest, then the same way."),
    ("Turning back early counts.", "You went out. Write it down like any other walk."),
    (
        "A rest week belongs to it.",
        "A cold, a visit, bad ice: go on from where you were.",
    ),
]


def draw() -> bytes:
    """The PDF."""
    pdf = FPDF(format="A4")
    pdf.set_title(TITLE)
    pdf.set_lang("en-GB")
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(False)
    for style, name in (("", "regular"), ("B", "bold")):
        pdf.add_font(FONT, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
    pdf.add_page()
    _line(pdf, TITLE, size=26, bold=True)
    _words(pdf, LINE, size=13, grey=SOFT)
    pdf.ln(4)
    for number, (name, words) in enumerate(WEEKS, 1):
        _week(pdf, number, name, words)
    pdf.add_page()
    _line(pdf, "Before you start", size=20, bold=True)
    _words(pdf, BEFORE, size=13)
    pdf.ln(6)
    _line(pdf, "Four rules for all six weeks", size=20, bold=True)
    for name, words in RULES:
        pdf.ln(2)
        _line(pdf, name, size=14, bold=True)
        _words(pdf, words, size=13)
    pdf.ln(8)
    _words(pdf, "This is not medical advice. It is how many people began.", grey=SOFT)
    return bytes(pdf.output())


def _week(pdf: FPDF, number: int, name: str, words: str) -> None:
    pdf.ln(2)
    _line(pdf, f"Week {number}. {name}", size=15, bold=True)
    _words(pdf, words, size=12)
    _line(pdf, "Comfort on three mornings, left and right:", size=11, grey=SOFT)
    pdf.set_draw_color(RULE)
    top = pdf.get_y() + 1
    for place in range(6):
        pdf.rect(MARGIN_MM + place * 18 + (place // 2) * 6, top, 16, 8)
    pdf.set_y(top + 10)


def _line(pdf: FPDF, text: str, *, size: float, bold: bool = False, grey: int = INK) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.set_text_color(grey)
    pdf.cell(text=text, h=size * 0.5, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _words(pdf: FPDF, text: str, *, size: float = 11, grey: int = INK) -> None:
    pdf.set_font(FONT, "", size)
    pdf.set_text_color(grey)
    pdf.multi_cell(0, h=size * 0.5, text=text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
