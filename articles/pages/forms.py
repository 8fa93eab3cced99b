"""What the coach fills in to make a page."""

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.core.files.uploadedfile import UploadedFile

from accounts.pictures import reencode

from ..models import Book, Page

# Pixels: a cover stands 200 wide on a page, on a screen that has two dots where others have one.
COVER_WIDTH = 400


class PageForm(forms.ModelForm):
    class Meta:
        model = Page
        fields = ["kind", "title", "slug", "standfirst", "body", "status", "reviewed_on"]
        labels = {"body": "Text", "status": "It is"}
        widgets = {"standfirst": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "title": {"required": "Give the page a title."},
            "slug": {
                "required": "Say what its address is, for example about.",
                "unique": "Another page has this address already. Change a word of it.",
                "invalid": "Use small letters, numbers and hyphens only.",
            },
        }

    def clean_slug(self):
        """In small letters: an address should not depend on how somebody writes it down."""
        return self.cleaned_data["slug"].lower()


class BookForm(forms.ModelForm):
    # Not an ImageField: that one would decode the file before its size is known.
    cover = forms.FileField(
        required=False,
        widget=AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="Optional: without one the site makes a cover of the title.",
    )
    link = forms.URLField(
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=AdminURLFieldWidget,
        help_text=Book._meta.get_field("link").help_text,
    )

    class Meta:
        model = Book
        fields = ["order", "title", "author", "why", "group", "cover", "link"]
        widgets = dict.fromkeys(("title", "author", "why", "group"), AdminTextInputWidget)

    def clean_cover(self):
        """A new cover is written anew; one that stands, or the wish for none, is left alone."""
        cover = self.cleaned_data["cover"]
        if isinstance(cover, UploadedFile):
            return reencode(cover, max_width=COVER_WIDTH)
        return cover
