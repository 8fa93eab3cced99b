"""Which of our packages may import which. `walkcoach` knows them all; nobody knows `walkcoach`."""

import ast
from pathlib import Path

import pytest

from walkcoach.environment import BASE_DIR

MAY_IMPORT = {
    "accounts": set(),
    "articles": {"accounts"},
    "comments": {"accounts", "articles"},
    "walking_log": {"accounts"},
    "walkcoach": {"accounts", "articles", "comments", "walking_log"},
}


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


def files(package: str) -> list[Path]:
    return [p for p in (BASE_DIR / package).rglob("*.py") if "migrations" not in p.parts]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_those_it_may(package):
    ours = (MAY_IMPORT.keys() | {"tests"}) - MAY_IMPORT[package] - {package}
    assert files(package)
    wrong = {
        f"{path.relative_to(BASE_DIR)} imports {name}"
        for path in files(package)
        for name in imported(path) & ours
    }
    assert not wrong
