"""The library of pictures in the writing room: what each shows and where, and its focal point."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince

from . import use
from .forms import PictureForm
from .making import throw_away
from .models import Picture, PictureQuerySet
from .shown import thumbnail


class Wanting(admin.SimpleListFilter):
    """What a picture wants of the coach."""

    title = "what it wants"
    parameter_name = "wants"

    def lookups(self, request, model_admin):
        return [("words", "Words"), ("use", "A place: nothing shows it"), ("sizes", "Its sizes")]

    def queryset(self, request, queryset):
        if self.value() == "words":
            return queryset.missing_words()
        if self.value() == "use":
            return queryset.filter(unused_since__isnull=False)
        if self.value() == "sizes":
            return queryset.given_up()
        return queryset


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ["shown", "words", "used_in", "pixels", "made_at"]
    list_display_links = ["shown", "words"]
    list_filter = [Wanting]
    list_per_page = 24
    search_fields = ["alt"]
    search_help_text = "Looks in the words."
    # Those without words first.
    ordering = [Case(When(alt="", then=Value(0)), default=Value(1)).asc(), "-made_at", "-pk"]
    readonly_fields = ["used_in", "pixels", "sizes", "made_at", "made_by"]
    fieldsets = [
        ("What it shows", {"fields": ["alt"]}),
        (
            "What must stay in view",
            {
                "fields": [("from_left", "from_top")],
                "description": (
                    "Lists and shared links cut pictures. Press on the picture where it matters "
                    "most, move the point with the arrow keys, or write it down here."
                ),
            },
        ),
        ("About it", {"fields": ["used_in", "pixels", "sizes", "made_at", "made_by"]}),
    ]
    actions = ["make_anew"]

    class Media:
        css = {"all": ["css/writing.css", "css/library.css"]}

    # The list

    def get_changelist_instance(self, request):
        """The list, each picture with its uses: two queries for each kind of place, for all."""
        changelist = super().get_changelist_instance(request)
        uses = use.uses(picture.name for picture in changelist.result_list)
        for picture in changelist.result_list:
            picture.uses = uses[picture.name]
        return changelist

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Pictures", **(extra_context or {})})

    @admin.display(description="")
    def shown(self, picture: Picture) -> str:
        return thumbnail(picture)

    @admin.display(description="in words", ordering="alt")
    def words(self, picture: Picture) -> str:
        return picture.alt or format_html('<strong class="wanting">{}</strong>', "No words yet")

    @admin.display(description="used in")
    def used_in(self, picture: Picture) -> str:
        if not hasattr(picture, "uses"):
            picture.uses = use.uses([picture.name])[picture.name]
        if picture.uses:
            return format_html_join(", ", "{}", ((_link(one),) for one in picture.uses))
        if picture.unused_since:
            return f"Nothing, for {timesince(picture.unused_since, depth=1)}"
        return "Nothing yet"

    @admin.display(description="size")
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description="sizes")
    def sizes(self, picture: Picture) -> str:
        if picture in Picture.objects.given_up():
            return "They could not be made, so the picture is shown as it is."
        if picture.recipe == 0:
            return "They are being made; until then pages show what they have."
        return f"{len(picture.renditions)} files: AVIF, WebP and one for every browser."

    # One picture

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {"title": "A picture", **(extra_context or {})}
        )

    def save_model(self, request, obj, form, change):
        # Only what was said here: the worker may be writing down what it has made.
        said = {"alt"}
        if {"from_left", "from_top"} & set(form.changed_data):
            said |= {"focal_x", "focal_y", "recipe", "unfinished", "tries", "tried_at"}
        obj.save(update_fields=said)
        transaction.on_commit(lambda: use.touch([obj.name]))

    # Pictures come in where they are used, and go when nothing uses them.

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        if obj is not None and use.in_use([obj.name]):
            return False
        return super().has_delete_permission(request, obj)

    def delete_model(self, request, obj):
        throw_away(obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Make their sizes again", permissions=["change"])
    def make_anew(self, request, pictures: PictureQuerySet) -> None:
        count = pictures.make_anew()
        what = "1 picture is" if count == 1 else f"{count} pictures are"
        self.message_user(request, f"{what} made again, in a minute or so.", messages.SUCCESS)


def _link(one: use.Use) -> str:
    return format_html('<a href="{}">{}</a>', one.address, one.what) if one.address else one.what
