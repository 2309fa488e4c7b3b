"""docs/architecture.md names the modules that there are."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PLAIN = {"__init__.py", "apps.py"}
SUPPORT = {"management", "migrations"}


def modules(folder: Path) -> set[str]:
    """The modules and packages of documents directly in `folder`, and its commands."""
    found = {path.name for path in folder.glob("*.py")} - PLAIN
    found |= {f"{path.parent.name}/" for path in folder.glob("*/__init__.py") if path.parent.name not in SUPPORT}
    commands = folder.glob("management/commands/*.py")
    return found | {f"management/commands/{path.name}" for path in commands if path.name not in PLAIN}


def test_the_tables_of_the_architecture_are_the_tree() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (newsroom|events|sources)(/documents)?.*?\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    assert len(sections) == 5
    for package, inner, table in sections:
        named = {
            name
            for row in re.findall(r"^\| (`.*?) \|", table, re.M)
            for name in re.findall(r"`([^`]+)`", row)
            if name not in PLAIN
        }
        assert named == modules(ROOT / f"{package}{inner}"), f"{package}{inner}"
