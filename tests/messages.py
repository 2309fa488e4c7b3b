"""python -m tests.messages: bring the catalogues under locale/ up to date with the words of the code and templates.

Adds what is new, takes out what nobody says any more, and compiles each. It needs no program beside Python. A test
holds that the catalogues are current and whole.
"""

import datetime as dt
import importlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locale"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # today's would make every run a change
_HEADERS = (
    rb'"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team|Generated-By): .*\n'
)
# The desk is in English.
_TEMPLATES = ("base.html", "403.html", "404.html", "500.html", "events/**/*.html", "opinion/**/*.html")
_MODULES = ("events/**/*.py", "sources/**/*.py", "newsroom/**/*.py")


def said() -> Catalog:
    """All that public pages say, as they say it, with the places where they do."""
    found = Catalog(project="Newsroom", charset="utf-8")
    for place, message, context in _messages():
        found.add(message, locations=[(place, 0)], context=context)
    return found


def current(path: Path, template: Catalog) -> Catalog:
    """The catalogue in a file, with the messages of `template` and no others."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    packed = io.BytesIO()
    write_mo(packed, catalogue)
    return packed.getvalue()


def written(catalogue: Catalog) -> bytes:
    """Without dates and addresses that nobody reads."""
    text = io.BytesIO()
    write_po(text, catalogue, width=120, include_lineno=False, sort_output=True, omit_header=False)
    return re.sub(_HEADERS, b"", text.getvalue())


def _messages() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in _files(ROOT, _MODULES):
        yield from _extracted(path, path.read_text(encoding="utf-8"))
    for path in _files(ROOT / "templates", _TEMPLATES):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What is no message stands there as Xs, indented as the markup was: no code, but for its indents.
        yield from _extracted(path, "\n".join(line.strip() for line in code.splitlines()))
    categories = importlib.import_module("events.migrations.0002_categories")
    for name in categories.CATEGORIES:
        yield "events/migrations/0002_categories.py", name, None


def _extracted(path: Path, code: str) -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for _, message, _, context in extract("python", io.BytesIO(code.encode()), KEYWORDS):
        yield path.relative_to(ROOT).as_posix(), message, context


def _files(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def main() -> None:
    template = said()
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        catalogue = current(path, template)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = [message for message in catalogue if message.id and not message.string]
        sys.stdout.write(f"{path.parent.parent.name}: {len(catalogue)} messages, {len(missing)} to translate\n")


if __name__ == "__main__":
    main()
