"""`manage.py import_wordpress FILE.xml`: a WordPress blog with its comments, as articles here."""

from argparse import ArgumentParser
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import CoachProfile, User
from articles import wxr
from articles.importing import Report, has_somebody_to_sign, import_article
from comments.importing import import_comments

NOTHING = "Nothing was imported."
PROGRESS_EVERY = 500  # items, some seconds each time
# WordPress's names of what this does not bring yet.
KINDS = {
    "page": "pages",
    "attachment": "pictures and other files",
    "nav_menu_item": "menu items",
    "wp_navigation": "menus",
}


class Command(BaseCommand):
    help = (
        "Brings the posts of a WordPress export (Tools → Export) with their comments. What is "
        "here already is left as it is, so it can be run again. Nothing is fetched or mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the .xml file of the export")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing; say what would be done"
        )
        parser.add_argument(
            "--coach",
            metavar="EMAIL",
            help="the coach here who wrote the blog; needed where there are several",
        )

    def handle(self, *, file: Path, dry_run: bool, coach: str | None, **options: Any) -> None:
        try:
            with file.open("rb") as export:
                self._import(export, dry_run, coach)
        except FileNotFoundError:
            raise CommandError(f"There is no file “{file}”. {NOTHING}") from None
        except IsADirectoryError:
            raise CommandError(f"“{file}” is a folder. Name the .xml file in it.") from None
        except OSError as error:
            raise CommandError(f"“{file}” cannot be read: {error.strerror}. {NOTHING}") from None
        except wxr.WxrError as error:
            raise CommandError(
                f"“{file}” was refused. {error} {NOTHING} Export the blog again in WordPress "
                "(Tools → Export), or mend that line, and run this once more."
            ) from None

    def _import(self, export: BinaryIO, dry_run: bool, coach_email: str | None) -> None:
        """Read the file twice: whole, to refuse it whole; then an article at a time.

        Each article with its comments is one short transaction, so that a site in use can go on
        writing, and an import that was cut off goes on where it stopped when it is run again.
        """
        blog = wxr.survey(export)
        coach = self._coach(coach_email, blog)
        report = Report()
        for number, item in enumerate(wxr.items(export), start=1):
            with transaction.atomic():
                article = import_article(item, blog, coach, report)
                if article is not None:
                    import_comments(item, article, blog, coach, report)
                transaction.set_rollback(dry_run)
            if number % PROGRESS_EVERY == 0:
                self.stdout.write(f"{number} of {blog.item_count} items read …")
        self.stdout.write("\n".join(in_words(blog, report, dry_run)))

    def _coach(self, email: str | None, blog: wxr.Blog) -> User | None:
        """Whom the articles and the answers are by; None where the site has no coach yet."""
        coaches = CoachProfile.objects.select_related("user")
        if email:
            profile = coaches.filter(user__email__iexact=email.strip()).first()
            if profile is None:
                raise CommandError(f"No coach here has the address {email}. {NOTHING}")
            return profile.user
        found = list(coaches[:2])
        if len(found) > 1:
            raise CommandError(
                "There are several coaches here. Say who wrote the blog with --coach EMAIL. "
                f"{NOTHING}"
            )
        if not found and not has_somebody_to_sign(blog):
            raise CommandError(
                "There is no coach here, and the export names no author with an e-mail address to "
                f"sign the articles. Make the coach's account first. {NOTHING}"
            )
        return found[0].user if found else None


def in_words(blog: wxr.Blog, report: Report, dry_run: bool) -> list[str]:
    """What the import did, or would do, as lines to read."""
    counts = report.counts
    new = "would be new" if dry_run else "new"
    name = blog.title or blog.url or "A blog without a name"
    lines = [f"{name} ({blog.key or 'no address'}), WordPress export {blog.version}."]
    if dry_run:
        lines.append("A dry run: nothing was written. This is what an import would do.")
    lines += [
        "",
        f"Articles: {counts['articles']} {new}, {counts['articles here']} already here.",
        *_listed(
            {
                "published": counts["articles published"],
                "scheduled": counts["articles scheduled"],
                "drafts": counts["articles draft"],
                "left out, in WordPress's bin": counts["articles thrown away"],
            }
        ),
        f"Topics: {len(report.topics)} {new}{_names(report.topics.values())}.",
        f"Comments: {counts['comments']} {new}, {counts['comments here']} already here.",
        *_listed(
            {
                "by the coach": counts["comments by coach"],
                "held for you to look at": counts["comments held"],
                "threads opened": counts["threads"],
                "of them by replies whose place is lost": counts["threads by orphans"],
                "threads that wait for an answer": counts["threads waiting"],
                **{why: n for why, n in sorted(counts.items()) if why.startswith("left out")},
            }
        ),
    ]
    if report.not_imported:
        lines.append("Not brought by this command yet:")
        lines += _listed({KINDS.get(kind, kind): n for kind, n in report.not_imported.items()})
    if report.accounts:
        made = "Would make" if dry_run else "Made"
        lines.append(
            f"{made} an account without a password or rights to sign the articles: "
            f"{', '.join(sorted(report.accounts))}."
        )
    if report.notes:
        lines += ["", "Worth knowing:", *(f"  {note}." for note in report.notes)]
    if report.notes_left_out:
        lines.append(f"  … and {report.notes_left_out} more notes like these.")
    return lines


def _listed(counted: dict[str, int]) -> list[str]:
    return [f"  {what}: {number}" for what, number in counted.items() if number]


def _names(names: Collection[str]) -> str:
    shown = list(names)[:12]
    return f" ({', '.join(shown)}{', …' if len(names) > len(shown) else ''})" if shown else ""
