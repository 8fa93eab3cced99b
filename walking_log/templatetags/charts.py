"""Charts as markup, where a template would take too long."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def as_rows(rows: Iterable[Sequence[str]]) -> SafeString:
    """Rows of a chart's table; the first cell of each is its name. A page has hundreds of them."""
    return mark_safe(
        "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{escape(value)}</td>" for value in values)
            + "</tr>"
            for name, *values in rows
        )
    )
