"""What to look at before an article is published. It advises: nothing here stops anyone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .editor.parts import Parts, parts_of
from .editor.reading import Reading, reading
from .text import count_words, plain_text

# Search engines cut titles at about 600 pixels, which is some sixty letters, and descriptions at
# about 160 letters (moz.com/learn/seo/title-tag, moz.com/learn/seo/meta-description). A shorter
# description than 50 is often replaced by a line out of the text.
TITLE_AT_MOST = 60
DESCRIPTION_AT_LEAST = 50
DESCRIPTION_AT_MOST = 160

# National Library of Medicine, "How to Write Easy-to-Read Health Materials", 2012: keep within
# about a sixth to seventh grade reading level.
GRADE_AT_MOST = 7.9

# From here on a text needs headings: some three screens of a phone.
LONG_TEXT_WORDS = 400


@dataclass(frozen=True)
class Draft:
    """The fields of an article that the checklist looks at, as they stand in the form."""

    title: str = ""
    standfirst: str = ""
    body: str = ""  # sanitised
    has_picture: bool = False
    picture_alt: str = ""


@dataclass(frozen=True)
class Lead:
    """Where a link leads, as far as is known: `fine` is None where nobody has looked yet."""

    fine: bool | None
    says: str


@dataclass(frozen=True)
class Point:
    """One thing on the list: how it stands, what would mend it, and where it is.

    `fine` is None where it is not known. `place` names a field of the form ("title"), or the
    number of something in the text: "picture:0", "heading:2", "link:1".
    """

    fine: bool | None
    says: str
    mend: str = ""
    place: str = ""


def checklist(draft: Draft, leads: Mapping[str, Lead]) -> list[Point]:
    """Everything that was looked at, in the order of the form. Pure.

    `leads` tells by its address what is known of each link in the text.
    """
    parts = parts_of(draft.body)
    read = reading(parts.text)
    return [
        *_title(draft),
        *_description(draft),
        *_words(draft),
        *_grade(read),
        *_headings(parts, draft),
        *_see_someone(parts),
        *_pictures(parts),
        *_links(parts, leads),
        *_picture(draft),
    ]


def _title(draft: Draft) -> Iterator[Point]:
    title = draft.title.strip()
    if not title:
        yield Point(False, "It has no title yet.", "Say in a few words what it is about.", "title")
    elif len(title) > TITLE_AT_MOST:
        yield Point(
            False,
            f"The title has {len(title)} letters; search engines show about {TITLE_AT_MOST}.",
            "Put what matters first, or leave some words out.",
            "title",
        )
    else:
        yield Point(True, f"The title fits: {len(title)} letters.", place="title")


def _description(draft: Draft) -> Iterator[Point]:
    words = " ".join(draft.standfirst.split())
    if not words:
        yield Point(
            False,
            "It has no standfirst.",
            "Write one or two sentences that say what a reader gets. They stand under the title, "
            "in lists, and in what search engines show.",
            "standfirst",
        )
    elif len(words) < DESCRIPTION_AT_LEAST:
        yield Point(
            False,
            f"The standfirst is short, at {len(words)} letters.",
            f"From {DESCRIPTION_AT_LEAST} letters on, search engines mostly show it as it is.",
            "standfirst",
        )
    elif len(words) > DESCRIPTION_AT_MOST:
        yield Point(
            False,
            f"The standfirst has {len(words)} letters; search engines cut it at about "
            f"{DESCRIPTION_AT_MOST}.",
            "Shorten it, or see that its first sentence can stand alone.",
            "standfirst",
        )
    else:
        yield Point(True, f"The standfirst fits: {len(words)} letters.", place="standfirst")


def _words(draft: Draft) -> Iterator[Point]:
    if not plain_text(draft.body):
        yield Point(False, "There is no text yet.", "Write at least one sentence.", "body")


def _grade(read: Reading) -> Iterator[Point]:
    if read.grade is None:
        return
    if read.grade > GRADE_AT_MOST:
        yield Point(
            False,
            f"It reads at grade {read.grade:g}; most readers are at ease up to grade 7.",
            "Split long sentences, and take shorter words. The hardest ones are listed above.",
            "body",
        )
    else:
        yield Point(True, f"It reads easily: grade {read.grade:g}.", place="body")


def _headings(parts: Parts, draft: Draft) -> Iterator[Point]:
    began = False
    in_order = True
    for number, heading in enumerate(parts.headings):
        place = f"heading:{number}"
        if not heading.text.strip():
            in_order = False
            yield Point(False, "A heading has no words.", "Write some, or delete it.", place)
        if heading.level == 3 and not began:
            in_order = False
            yield Point(
                False,
                f"“{heading.text.strip()}” is a small heading with no heading above it.",
                "Make it a heading: those who listen to a page go from heading to heading.",
                place,
            )
        began = began or heading.level == 2
    if not parts.headings:
        if count_words(plain_text(draft.body)) >= LONG_TEXT_WORDS:
            yield Point(
                False,
                "It is long, and has no headings.",
                "Give each part one: most readers look for theirs first.",
                "body",
            )
    elif in_order:
        yield Point(True, "The headings are in order.", place="heading:0")


def _see_someone(parts: Parts) -> Iterator[Point]:
    if parts.has_see_someone:
        yield Point(True, "It says when to see someone.")
    else:
        yield Point(
            None,
            "It does not say in its own words when to see someone.",
            "A general note stands under every article. If this one is about a pain or a fall, add "
            "the box and say what cannot wait.",
            "body",
        )


def _pictures(parts: Parts) -> Iterator[Point]:
    missing = [number for number, one in enumerate(parts.pictures) if one.alt is None]
    for number in missing:
        yield Point(
            False,
            f"Picture {number + 1} in the text has no words for those who cannot see it.",
            "Say what it shows, or that it is only decoration.",
            f"picture:{number}",
        )
    if parts.pictures and not missing:
        yield Point(True, "Every picture in the text has its words.", place="picture:0")


def _links(parts: Parts, leads: Mapping[str, Lead]) -> Iterator[Point]:
    unknown = 0
    for number, link in enumerate(parts.links):
        lead = leads.get(link.address, Lead(None, ""))
        name = f"“{' '.join(link.text.split()) or link.address}”"
        if lead.fine is None and not lead.says:
            unknown += 1
        elif lead.fine is None:
            yield Point(None, f"The link {name} {lead.says}", place=f"link:{number}")
        elif not lead.fine:
            yield Point(
                False, f"The link {name} {lead.says}", "Mend its address.", f"link:{number}"
            )
    if unknown:
        links = (
            "1 link to another site has" if unknown == 1 else f"{unknown} links to other sites have"
        )
        yield Point(None, f"{links} not been tried.", "Press “Try the links”.")
    elif parts.links and all(leads[one.address].fine for one in parts.links):
        yield Point(True, "Every link leads somewhere.", place="link:0")


def _picture(draft: Draft) -> Iterator[Point]:
    if not draft.has_picture:
        yield Point(
            False,
            "It has no picture of its own.",
            "It is shown above the article, in lists, and where someone shares it.",
            "picture",
        )
    elif not draft.picture_alt.strip():
        yield Point(
            False, "Its picture has no words.", "Say what the picture shows.", "picture_alt"
        )
    else:
        yield Point(True, "It has a picture, and words for it.", place="picture")
