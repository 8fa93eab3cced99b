"""What the coach fills in to write an article."""

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from accounts.pictures import reencode

from .models import Article
from .subscribing.forms import tell_who_is_mailed

# As wide as any page shows a picture, on a screen that has two dots where others have one.
PICTURE_WIDTH = 1600
PICTURE_TYPES = "image/jpeg,image/png,image/webp"


class ArticleForm(forms.ModelForm):
    # Not an ImageField: that one would decode the file before its size is known.
    picture = forms.FileField(
        required=False,
        widget=AdminFileWidget(attrs={"accept": PICTURE_TYPES}),
        help_text=Article._meta.get_field("picture").help_text,
    )

    class Meta:
        model = Article
        fields = [
            "title",
            "slug",
            "standfirst",
            "body",
            "picture",
            "picture_alt",
            "topics",
            "status",
            "published_at",
            "reviewed_on",
            "comments_open",
            "mail_subscribers",
        ]
        labels = {
            "slug": "End of its address",
            "body": "Text",
            "picture_alt": "The picture, in words",
            "status": "It is",
            "published_at": "Published on",
        }
        widgets = {
            "standfirst": forms.Textarea(attrs={"rows": 3}),
            "topics": forms.CheckboxSelectMultiple,
        }
        error_messages = {
            "title": {"required": "Give the article a title."},
            "slug": {
                "required": "Say how its address ends, for example start-with-six-houses.",
                "unique": "Another article has this address already. Change a word of it.",
                "invalid": "Use small letters, numbers and hyphens only.",
            },
            "body": {"required": "Write at least one sentence."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "mail_subscribers" in self.fields:
            tell_who_is_mailed(self.fields["mail_subscribers"], self.instance)

    def clean_picture(self):
        """A new picture is written anew; one that stands, or the wish for none, is left alone."""
        picture = self.cleaned_data["picture"]
        if isinstance(picture, UploadedFile):
            return reencode(picture, max_width=PICTURE_WIDTH)
        return picture


class BodyPictureForm(forms.Form):
    """A picture that goes within the text, by way of the editor's window."""

    picture = forms.FileField(
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text="JPEG, PNG or WebP, up to 10 MB.",
        error_messages={"required": "Choose a picture first."},
    )
    words = forms.CharField(
        label="The picture, in words",
        max_length=200,
        help_text=Article._meta.get_field("picture_alt").help_text,
        error_messages={"required": "Say in words what the picture shows."},
    )
    caption = forms.CharField(max_length=200, required=False, help_text="Stands under it.")

    def clean_picture(self):
        return reencode(self.cleaned_data["picture"], max_width=PICTURE_WIDTH)

    def save(self) -> str:
        """Keep the picture; returns its address."""
        picture = self.cleaned_data["picture"]
        return default_storage.url(default_storage.save(f"articles/{picture.name}", picture))
