"""People: readers, who sign in by e-mail, and coaches, who answer by name."""

from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from .names import fold, validate_name

# The group that holds a coach's permissions; the composition root says which they are.
COACH_GROUP = "Coach"


@cache
def time_zones() -> frozenset[str]:
    """Every name in the IANA database; the folders it lies in are read once."""
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Raises `ValidationError` for a name that the IANA database does not have."""
    if name not in time_zones():
        raise ValidationError("Choose a time zone from the list.", code="time_zone")


class UserManager(DjangoUserManager):
    """Makes accounts that have an e-mail address and no user name."""

    @classmethod
    def normalize_email(cls, email):
        """All in lower case, as it is stored and looked up."""
        return super().normalize_email(email).lower()

    def _create_user(self, email, password, **extra):
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **extra):  # type: ignore[override]
        extra.setdefault("is_staff", False)
        extra.setdefault("is_superuser", False)
        return self._create_user(email, password, **extra)

    def create_superuser(self, email, password=None, **extra):  # type: ignore[override]
        """The keeper's own account. Whoever runs the command needs no mail to prove themselves."""
        from allauth.account.models import EmailAddress

        user = self._create_user(
            email, password, **{**extra, "is_staff": True, "is_superuser": True}
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """Anyone with an account. The e-mail is the login and is never shown; the name is."""

    class Units(models.TextChoices):
        KILOMETRES = "km", "Kilometres"
        MILES = "mi", "Miles"

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail", unique=True)
    display_name = models.CharField(
        "name to show",
        max_length=50,
        validators=[validate_name],
        help_text="Shown beside your questions. A first name is fine.",
    )
    units = models.CharField(max_length=2, choices=Units, default=Units.KILOMETRES)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    # Shown beside what they write; without one, the page makes their initial.
    portrait = models.ImageField("picture", upload_to="faces/", blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_its_case",
                violation_error_message="There is an account with this e-mail address already.",
            ),
            models.CheckConstraint(
                condition=models.Q(units__in=["km", "mi"]), name="user_units_known"
            ),
        ]

    def __str__(self):
        return self.display_name or self.email

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name

    @property
    def zone(self) -> tzinfo:
        """The reader's time zone, for what they call today; the site's where theirs is unknown.

        A name can become unknown when the server's time zone data changes under it.
        """
        if self.time_zone in time_zones():
            return ZoneInfo(self.time_zone)
        return timezone.get_default_timezone()

    @cached_property
    def is_coach(self) -> bool:
        """Whether they answer by name. One query the first time, for staff only."""
        return self.is_staff and CoachProfile.objects.filter(user=self).exists()


class CoachProfileQuerySet(models.QuerySet):
    def have_the_name(self, name: str) -> bool:
        """Whether one of them has a name that readers would take for this one. One query."""
        return fold(name) in map(fold, self.values_list("name", flat=True))


class CoachProfile(models.Model):
    """What readers see of a coach beside their answers."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="coach_profile")
    name = models.CharField(
        max_length=50, validators=[validate_name], help_text="Signed under every answer."
    )
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

    objects = CoachProfileQuerySet.as_manager()

    def __str__(self):
        return self.name
