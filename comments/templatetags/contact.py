"""Writing to the coach, for templates."""

from typing import Any

from django import template
from django.template import Context

from articles.models import Page
from comments.contact.forms import ContactForm

register = template.Library()


@register.inclusion_tag("comments/contact/_form.html", takes_context=True)
def contact_form(context: Context, page: Page) -> dict[str, Any]:
    """The form to write to the coach with. For a visitor it holds nothing of theirs. No query."""
    request = context.get("request")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "form": ContactForm(page, user=getattr(request, "user", None)),
    }
