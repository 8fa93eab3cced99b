"""The forms of signing up, signing in and settings; allauth's own, in our words."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.conf import settings
from django.core.validators import EmailValidator, MaxLengthValidator
from django.db import IntegrityError, transaction

from . import zones
from .coaches import is_reserved
from .models import User
from .names import validate_name
from .pictures import PictureField
from .portraits import PORTRAIT_WIDTH
from .social import verified_email

PASSWORD_HINT = (
    "At least 8 characters. Three ordinary words are easy to remember and hard to guess."
)

# Of each of allauth's fields: its label, its hint, and what to say where it is left empty.
WORDS = {
    "login": ("E-mail address", "", "Write the e-mail address you signed up with."),
    "email": ("E-mail address", "", "Write your e-mail address."),
    "password": ("Password", "", "Write your password."),
    "oldpassword": ("Your password now", "", "Write the password you use now."),
    "password1": ("New password", PASSWORD_HINT, "Choose a password."),
    "code": ("The code from the mail", "", "Write the code that we mailed you."),
}
EMAIL_LOOK = "Write the whole address, such as ada@example.com."
# As long as the column that holds it.
EMAIL_MAX_LENGTH = 254
PASSKEY_NAME_MAX_LENGTH = 50


class OurWords(forms.Form):
    """Mixed into allauth's forms: labels that stay, instead of placeholders that vanish."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in WORDS:
                field.label, field.help_text, required = WORDS[name]
                field.error_messages["required"] = required
            if isinstance(field, forms.EmailField):
                field.validators = [
                    EmailValidator(EMAIL_LOOK),
                    MaxLengthValidator(EMAIL_MAX_LENGTH, EMAIL_LOOK),
                ]


class Preferences(forms.Form):
    """How a reader is called, and how walks and times are written for them."""

    display_name = forms.CharField(
        label="Name to show",
        help_text="Shown beside your questions. A first name is fine.",
        max_length=50,
        validators=[validate_name],
        error_messages={
            "required": "Write the name that others should see.",
            "max_length": "Keep the name under %(limit_value)d characters.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    units = forms.ChoiceField(
        label="Distances in",
        choices=User.Units.choices,
        error_messages={
            "required": "Choose kilometres or miles.",
            "invalid_choice": "Choose kilometres or miles.",
        },
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=zones.grouped,
        initial=lambda: settings.TIME_ZONE,
        error_messages={
            "required": "Choose the place whose clock you live by.",
            "invalid_choice": "Choose a place from the list.",
        },
        widget=forms.Select(attrs={"data-time-zone": ""}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        # Not self["time_zone"]: that would keep the field as it is now, without its hint.
        zone = field.get_bound_field(self, "time_zone").value()
        if zone not in zones.listed():
            zone = self.initial["time_zone"] = settings.TIME_ZONE
        field.help_text = zones.time_in_words(zone)

    def clean_display_name(self) -> str:
        name = self.cleaned_data["display_name"]
        if is_reserved(name, but_for=getattr(self, "instance", None)):
            raise forms.ValidationError(
                "Readers would take this name for the coach’s. Add an initial, or choose another.",
                code="name_reserved",
            )
        return name


class SignupForm(OurWords, Preferences, allauth_forms.SignupForm):
    field_order = ["display_name", "email", "password1", "units", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"
        if not self.is_bound:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""

    def validate_unique_email(self, value: str) -> str:
        """An address is taken by whoever signs in with it, not by whoever wishes to move to it."""
        self.account_already_exists = User.objects.filter(email__iexact=value).exists()
        return value

    def try_save(self, request):
        """As allauth's, also when the button was pressed twice and both arrive at once."""
        if self.account_already_exists:
            # A new account costs a hash; so must this, or its haste would tell of the account.
            User().set_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                email = self.cleaned_data["email"]
                EmailAddress.objects.filter(email=email, verified=False).delete()
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class SocialSignupForm(OurWords, Preferences, social_forms.SignupForm):
    """The last step of whoever comes with an account elsewhere.

    An address that the other site has verified stands; any other is typed, and confirmed by mail.
    """

    field_order = ["display_name", "email", "units", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if verified_email(self.sociallogin):
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "As confirmed there. Nobody but you sees it."
        if not self.is_bound:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""

    def validate_unique_email(self, value: str) -> str:
        """As in signing up."""
        self.account_already_exists = User.objects.filter(email__iexact=value).exists()
        return value

    def try_save(self, request):
        """As in signing up, also when the button was pressed twice."""
        if self.account_already_exists:
            return super().try_save(request)
        try:
            with transaction.atomic():
                email = self.cleaned_data["email"]
                EmailAddress.objects.filter(email=email, verified=False).delete()
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class LoginForm(OurWords, allauth_forms.LoginForm):
    pass


class RequestLoginCodeForm(OurWords, allauth_forms.RequestLoginCodeForm):
    _user: User | None

    def clean_email(self) -> str:
        """Never to an address that someone only wishes to move to: it may have been a slip."""
        email = super().clean_email()
        if self._user is not None and self._user.email.lower() != email.lower():
            self._user = None
        return email


class ConfirmLoginCodeForm(OurWords, allauth_forms.ConfirmLoginCodeForm):
    pass


class AddPasskeyForm(OurWords, passkey_forms.AddWebAuthnForm):
    """A passkey that opens the account by itself; a name tells it from the others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.fields["name"].label = "A name for it"
        self.fields["name"].help_text = "So that you know it again, such as “My phone”."
        self.fields["name"].validators.append(
            MaxLengthValidator(PASSKEY_NAME_MAX_LENGTH, "Keep the name under 50 characters.")
        )

    def clean(self):
        self.cleaned_data["passwordless"] = True
        return super().clean()


class ResetPasswordForm(OurWords, allauth_forms.ResetPasswordForm):
    users: list[User]

    def clean_email(self) -> str:
        """Never to an address that someone only wished to move to: it may have been a slip."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.email.lower() == email]
        return email


class TypedOnce(OurWords):
    # Whoever mistypes a new password asks for another by mail; typing it twice helps nobody.
    password2 = None


class ResetPasswordKeyForm(TypedOnce, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(TypedOnce, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(TypedOnce, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(OurWords, allauth_forms.ReauthenticateForm):
    pass


class PasswordProves(forms.Form):
    """Asks for the password before something that cannot be taken back; wrong tries are counted."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Write your password."},
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Raises as `AccountAdapter.authenticate` does, also after too many tries."""
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class ChangeEmailForm(OurWords, PasswordProves, allauth_forms.AddEmailForm):
    """The new address, and the password: an unlocked telephone should not be enough."""

    field_order = ["email", "password"]

    def __init__(self, user=None, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.fields["email"].label = "New e-mail address"


class PortraitForm(forms.Form):
    picture = PictureField(
        label="A picture of you",
        help_text="JPEG, PNG or WebP, up to 10 MB. We cut a square out of its middle.",
        max_width=PORTRAIT_WIDTH,
        square=True,
        widget=forms.FileInput,
    )


class SettingsForm(Preferences, forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "units", "time_zone"]
