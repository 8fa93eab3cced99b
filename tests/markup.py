"""What is wrong with a page's HTML: as a browser parses it, and as people use it.

The parse is html5lib's, by the WHATWG's algorithm. What may stand in what, and what refers to what,
is checked here, as far as our pages go; the Nu Html Checker (README, "Test") knows it all.
"""

import html5lib

# Elements whose content is words and what stands among words (HTML, "phrasing content").
_OF_WORDS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "strong", "em", "label", "button"}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset"),
    *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main"),
    *("nav", "ol", "p", "pre", "section", "table", "ul"),
}
# What may not stand within a link or a button (HTML, "interactive content").
_PRESSED = {"a", "button", "details", "input", "label", "select", "textarea"}
_CHILDREN = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "tr": {"td", "th", "script", "template"},
}
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list", "form")
_NEED_A_NAME = {"input", "select", "textarea"}
_NAMELESS = {"hidden", "submit", "button"}


def faults(html: str) -> list[str]:
    """Everything found, in words; none for a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    found = [f"line {place[0]}: {code} {data or ''}" for place, code, data in parser.errors]
    elements = list(root.iter())
    found += _content(root, ())
    found += _references(elements)
    found += _names(elements)
    return found


def _content(element, above: tuple[str, ...]):
    tag = element.tag
    if not isinstance(tag, str):
        return
    if tag in _BLOCKS and (inside := _OF_WORDS.intersection(above)):
        yield f"<{tag}> within <{min(inside)}>"
    for pressed in ("a", "button"):
        if pressed in above and tag in _PRESSED and element.get("type") != "hidden":
            yield f"<{tag}> within <{pressed}>"
    if above and tag not in _CHILDREN.get(above[-1], {tag}):
        yield f"<{tag}> as a child of <{above[-1]}>"
    if tag == "img" and element.get("alt") is None:
        yield f"a picture without alt: {element.get('src')}"
    for child in element:
        yield from _content(child, (*above, tag))


def _references(elements):
    ids = [element.get("id") for element in elements if element.get("id") is not None]
    for twice in {one for one in ids if ids.count(one) > 1}:
        yield f"the id “{twice}” twice"
    for one in ids:
        if not one or " " in one:
            yield f"the id “{one}” is none"
    for element in elements:
        for name in _REFERENCES:
            for wanted in (element.get(name) or "").split():
                if wanted not in ids:
                    yield f"<{element.tag} {name}> names “{wanted}”, which is not there"
        address = element.get("href") or ""
        if element.tag == "a" and address.startswith("#") and address[1:] not in (*ids, ""):
            yield f"a link to “{address}”, which is not there"


def _names(elements):
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    within = {field for label in elements if label.tag == "label" for field in label.iter()}
    for element in elements:
        if element.tag in _NEED_A_NAME and element.get("type") not in _NAMELESS:
            has_name = element.get("aria-label") or element.get("aria-labelledby")
            if not (has_name or element.get("id") in labelled or element in within):
                yield f"<{element.tag} name={element.get('name')}> without a label"
        # A part of a drawing may be a second label of a box; a hidden button is pressed by no one.
        said = element.tag in ("a", "button", "h1", "h2", "h3", "title", "legend")
        if said and element.get("hidden") is None:
            pictures = "".join(image.get("alt") or "" for image in element.iter("img"))
            if not ("".join(element.itertext()).strip() or pictures or element.get("aria-label")):
                yield f"<{element.tag}> without a word"
    count = sum(element.tag == "h1" for element in elements)
    if count != 1:
        yield f"{count} headings of the first level"
