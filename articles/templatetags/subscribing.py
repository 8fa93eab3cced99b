"""What stands at the end of pages: the free report."""

from collections.abc import Iterable

from django import template
from django.db.models import Exists, OuterRef, Q

from ..models import Report, Topic

register = template.Library()


@register.simple_tag
def free_report(topics: Iterable[Topic] = ()) -> Report | None:
    """The report to show beside these topics: one of theirs, else one for everywhere. 1 query."""
    places = Report.topics.through.objects.filter(report=OuterRef("pk"))
    here = Exists(places.filter(topic__in=[topic.pk for topic in topics]))
    offered = Report.objects.offered().annotate(is_of_topic=here)
    fitting = offered.filter(Q(is_of_topic=True) | ~Exists(places))
    return fitting.order_by("-is_of_topic", "-pk").first()
