"""docs/operating.md names the settings and commands that there are."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENT = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_what_the_settings_read() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE)
    source = (ROOT / "newsroom/settings.py").read_text(encoding="utf-8")
    read = re.findall(r'(?:env\.\w+|switch)\(\s*"([A-Z_]+)"', source)
    assert sorted(table) == sorted(set(read))


def test_nothing_but_the_settings_reads_the_environment() -> None:
    for package in ("newsroom", "events", "sources"):
        for path in (ROOT / package).rglob("*.py"):
            readers = re.findall(r"os\.environ(?!\.setdefault)|getenv|env\.\w+\(", path.read_text(encoding="utf-8"))
            assert not readers or path.name == "settings.py", path


def test_every_command_of_manage_py_in_it_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", DOCUMENT))
    assert len(named) > 8
    assert named <= set(get_commands())


def test_every_document_that_it_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", DOCUMENT)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
