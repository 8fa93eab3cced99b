"""What the coach fills in to write an article."""

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from accounts.pictures import ERRORS, reencode

from .lifecycle.forms import LifecycleForm
from .models import Article, Picture
from .subscribing.forms import tell_who_is_mailed

# As wide as any page shows a picture, on a screen that has two dots where others have one.
PICTURE_WIDTH = 1600
PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/gif"


class ArticleForm(LifecycleForm):
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

    def clean_body(self):
        """Without the empty lines that an editor leaves at the end, below a box or a picture."""
        body = self.cleaned_data["body"].rstrip()
        while body.endswith("<p></p>"):
            body = body.removesuffix("<p></p>").rstrip()
        return body

    def clean_picture(self):
        """A new picture is written anew; one that stands, or the wish for none, is left alone."""
        picture = self.cleaned_data["picture"]
        if isinstance(picture, UploadedFile):
            return reencode(picture, max_width=PICTURE_WIDTH, first_frame=True)
        return picture


class BodyPictureForm(forms.Form):
    """A picture that goes within the text. What it shows is asked for once it is there."""

    picture = forms.FileField(
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text="JPEG, PNG, WebP or GIF, up to 10 MB; the first frame of one that moves.",
        error_messages={
            "required": "Choose a picture first.",
            "empty": ERRORS["picture_empty"],
        },
    )

    def clean_picture(self):
        return reencode(self.cleaned_data["picture"], max_width=PICTURE_WIDTH, first_frame=True)

    def save(self, by: User | None = None) -> str:
        """Keep the picture, once whatever how often it is sent; returns its address."""
        return Picture.objects.take_in(self.cleaned_data["picture"], by=by).address
