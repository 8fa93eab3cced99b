"""The page for the doctor as one A4 of PDF, by fpdf2; the same facts as the page on the screen."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from .sheet import SELF_RECORDED, Dot, Sheet

FONTS = Path(__file__).parent / "fonts"
FONT = "Atkinson"
MARGIN_MM = 16
# The page must stay one: what is left out of it is said on it.
MOST_SPOTS = 8
MOST_NOTES = 5
LONGEST_NOTE = 160
CHART_H_MM = 48
INK = 34
SOFT = 90
RULE = 190


def draw(sheet: Sheet, *, made_on: str) -> bytes:
    """The PDF. A letter that the typeface lacks is shown as "?", never as another letter."""
    pdf = FPDF(format="A4")
    pdf.set_title("Walking log for a clinician")
    pdf.set_lang("en-GB")
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(False)
    for style, name in (("", "regular"), ("B", "bold")):
        pdf.add_font(FONT, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
    typeface = pdf.fonts[FONT.lower()]
    assert isinstance(typeface, TTFFont)
    known = set(typeface.cmap)
    page = _Page(pdf, known)
    pdf.add_page()
    page.heading(sheet, made_on)
    page.facts(sheet)
    page.chart(sheet)
    page.weeks(sheet)
    page.places_and_flags(sheet)
    page.notes(sheet)
    page.foot()
    return bytes(pdf.output())


class _Page:
    def __init__(self, pdf: FPDF, known: set[int]):
        self.pdf, self.known = pdf, known
        self.width = pdf.w - 2 * MARGIN_MM

    def words(self, text: str) -> str:
        return "".join(
            letter if ord(letter) in self.known or letter == "\n" else "?" for letter in text
        )

    def line(self, text: str, *, size: float = 10, bold: bool = False, grey: int = INK) -> None:
        self.pdf.set_font(FONT, "B" if bold else "", size)
        self.pdf.set_text_color(grey)
        self.pdf.multi_cell(
            self.width,
            size * 0.48,
            self.words(text),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            align="L",
        )

    def title(self, text: str) -> None:
        self.pdf.ln(3.5)
        self.line(text, size=12, bold=True)
        self.pdf.ln(0.8)

    def heading(self, sheet: Sheet, made_on: str) -> None:
        self.line(f"Walking log of {sheet.name}", size=18, bold=True)
        self.pdf.ln(1)
        self.line(
            f"{_day(sheet.since)} to {_day(sheet.until)}. Made on {made_on}.", size=10, grey=SOFT
        )
        self.line(SELF_RECORDED, size=10, bold=True)

    def facts(self, sheet: Sheet) -> None:
        self.pdf.ln(2)
        for name, value in sheet.facts:
            self.line(f"{name}: {value}")

    def chart(self, sheet: Sheet) -> None:
        pdf = self.pdf
        self.title("Pain, NRS 0–10 (10 is the worst)")
        if not sheet.dots:
            self.line("Nothing was written down of pain in this time.")
            return
        left, top, width = MARGIN_MM + 7, pdf.get_y() + 1, self.width - 8
        pdf.set_draw_color(RULE)
        pdf.set_line_width(0.2)
        pdf.set_font(FONT, "", 8)
        pdf.set_text_color(SOFT)
        for pain in (0, 2, 5, 10):  # the traffic light's borders: 2, 5
            y = top + CHART_H_MM * (1 - pain / 10)
            pdf.line(left, y, left + width, y)
            pdf.text(MARGIN_MM, y + 1, str(pain))
        for dot in sheet.dots:
            self.dot(dot, left, top, width, max(sheet.days, 1))
        pdf.set_text_color(SOFT)
        pdf.text(left, top + CHART_H_MM + 4.5, _day(sheet.since))
        end = _day(sheet.until)
        pdf.text(left + width - pdf.get_string_width(end), top + CHART_H_MM + 4.5, end)
        pdf.set_y(top + CHART_H_MM + 6)
        self.line(
            "Round and filled: left knee. Triangle, open: right knee. After walks, next mornings "
            "and days without a walk.",
            size=8.5,
            grey=SOFT,
        )

    def dot(self, dot: Dot, left: float, top: float, width: float, days: int) -> None:
        pdf = self.pdf
        x = left + width * dot.day / days
        y = top + CHART_H_MM * (1 - dot.pain / 10)
        pdf.set_draw_color(INK)
        if dot.knee == "L":
            pdf.set_fill_color(INK)
            pdf.circle(x, y, 0.8, style="F")
        else:
            pdf.set_line_width(0.3)
            pdf.polygon([(x, y - 1.3), (x + 1.2, y + 0.9), (x - 1.2, y + 0.9)], style="D")

    def weeks(self, sheet: Sheet) -> None:
        self.title("Week by week")
        self.pdf.set_font(FONT, "", 9)
        self.pdf.set_text_color(INK)
        self.pdf.set_draw_color(RULE)
        self.pdf.set_fill_color(255)  # the dots left it dark
        with self.pdf.table(
            width=self.width,
            line_height=5,
            text_align="LEFT",
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD"),
            first_row_as_headings=True,
        ) as table:
            heads = (
                "Week of",
                "Walks",
                "Minutes",
                "Minutes before pain (median)",
                "Left, mean NRS",
                "Right, mean NRS",
            )
            table.row(heads)
            for week in sheet.weeks:
                table.row(
                    (
                        _day(week.monday),
                        str(week.walks),
                        str(week.minutes),
                        _or_dash(week.before_pain),
                        _or_dash(week.left),
                        _or_dash(week.right),
                    )
                )

    def places_and_flags(self, sheet: Sheet) -> None:
        self.title("Where it hurt")
        shown = sheet.spots[:MOST_SPOTS]
        more = len(sheet.spots) - len(shown)
        told = "; ".join(shown) + (f"; and {more} more places" if more else "")
        self.line(told or "Nothing was written down.")
        self.title("Warning signs the walker ticked")
        self.line("; ".join(sheet.flags) or "None.")

    def notes(self, sheet: Sheet) -> None:
        if not sheet.notes:
            return
        self.title("The walker’s notes")
        for day, note in sheet.notes[-MOST_NOTES:]:
            text = " ".join(note.split())
            if len(text) > LONGEST_NOTE:
                text = f"{text[:LONGEST_NOTE].rstrip()}…"
            self.line(f"{_day(day)}: {text}", size=9)

    def foot(self) -> None:
        self.pdf.set_y(self.pdf.h - MARGIN_MM)
        self.line(
            "NRS: numeric rating scale, told by the walker as comfort (10 − NRS).",
            size=8.5,
            grey=SOFT,
        )


def _day(day) -> str:
    return f"{day.day} {day:%b %Y}"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
