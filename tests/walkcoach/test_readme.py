import re

from walkcoach.environment import BASE_DIR, as_markdown

README = (BASE_DIR / "README.md").read_text()


def test_the_readme_lists_every_setting_as_the_code_reads_it():
    assert as_markdown() in README


def test_the_files_that_the_readme_shows_or_names_are_there():
    named = set(re.findall(r"\]\((?!https?:|#)([^)#\s]+)", README))
    assert {name for name in named if not (BASE_DIR / name).exists()} == set()


def test_the_commands_of_the_readme_exist():
    from django.core.management import get_commands

    commands = set(re.findall(r"(?:manage\.py|walkcoach manage) ([a-z_]+)", README))
    assert commands
    assert commands <= get_commands().keys()
