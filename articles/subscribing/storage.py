"""Where the free reports lie."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class ReportStorage(FileSystemStorage):
    """A folder outside the public media: `report_by_link` alone hands out what is in it."""

    def __init__(self) -> None:
        super().__init__(location=settings.REPORTS_ROOT, base_url="")
