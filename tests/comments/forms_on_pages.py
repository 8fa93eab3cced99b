"""Reading forms off pages, as a browser does."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms = {}
        self._form = self._area = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._form = self.forms.setdefault(attrs.get("id") or "", {})
        elif tag == "input" and self._form is not None and attrs.get("name"):
            self._form[attrs["name"]] = attrs.get("value") or ""
        elif tag == "textarea" and self._form is not None:
            self._area = attrs["name"]
            self._form[self._area] = ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data):
        if self._area:
            self._form[self._area] += data


def fields_of(page: str, form_id: str = "") -> dict[str, str]:
    """The names and values in the form with this id."""
    parser = _Forms()
    parser.feed(page)
    fields = parser.forms[form_id]
    if "comment" in fields:  # the line break after <textarea> is not part of its value
        fields["comment"] = fields["comment"].removeprefix("\n")
    return fields
