"""People: readers, who sign in by e-mail, and coaches, who answer by name."""

from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property


class UserManager(DjangoUserManager):
    """Makes accounts that have an e-mail address and no user name."""

    def _create_user(self, email, password, **extra):
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **extra):
        extra.setdefault("is_staff", False)
        extra.setdefault("is_superuser", False)
        return self._create_user(email, password, **extra)

    def create_superuser(self, email, password=None, **extra):
        return self._create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


def validate_time_zone(name: str) -> None:
    """Raises `ValidationError` for a name that the IANA database does not have."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list.", code="time_zone")


class User(AbstractUser):
    """Anyone with an account. The e-mail is the login and is never shown; the name is."""

    class Units(models.TextChoices):
        KILOMETRES = "km", "Kilometres"
        MILES = "mi", "Miles"

    username = None
    first_name = None
    last_name = None
    email = models.EmailField("e-mail", unique=True)
    display_name = models.CharField(
        "name to show", max_length=50, help_text="Shown beside your questions. A first name is fine."
    )
    units = models.CharField(max_length=2, choices=Units, default=Units.KILOMETRES)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_its_case",
                violation_error_message="There is an account with this e-mail address already.",
            ),
            models.CheckConstraint(condition=models.Q(units__in=["km", "mi"]), name="user_units_known"),
        ]

    def __str__(self):
        return self.display_name or self.email

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone, for what they call today."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def is_coach(self) -> bool:
        """Whether they answer by name. One query the first time, for staff only."""
        return self.is_staff and CoachProfile.objects.filter(user=self).exists()


class CoachProfile(models.Model):
    """What readers see of a coach beside their answers."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="coach_profile")
    name = models.CharField(max_length=50, help_text="Signed under every answer.")
    line = models.CharField(
        "one line about you",
        max_length=140,
        help_text="For example: “Walking coach in Bergen, two knees of my own.”",
    )
    portrait = models.ImageField(
        upload_to="portraits/",
        blank=True,
        help_text="A square photo works best. JPEG, PNG or WebP, up to 10 MB.",
    )

    def __str__(self):
        return self.name
