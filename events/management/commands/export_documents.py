"""manage.py export_documents: the wiki → a folder of documents."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from events import exporter
from events.documents import jsonl, markdown
from events.documents.paths import day_path
from events.documents.records import DayDocument


class Command(BaseCommand):
    help = "Write the whole wiki into a new or empty folder, as documents that import_documents reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--format", choices=["jsonl", "markdown"], default="jsonl")
        parser.add_argument(
            "--public",
            action="store_true",
            help="leave out what only editors may have; Markdown pages are always public",
        )

    def handle(self, *, folder: Path, format: str, public: bool, **options: Any) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} is not an empty folder; name a new one.")
        folder.mkdir(parents=True, exist_ok=True)
        count = write_records(folder, public=public) if format == "jsonl" else write_pages(folder)
        self.stdout.write(f"Wrote {count} {'records' if format == 'jsonl' else 'pages'} into {folder}.")


def write_records(folder: Path, *, public: bool) -> int:
    """Write the wiki as newsroom.jsonl; return the number of records."""
    count = 0
    with (folder / "newsroom.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for record in exporter.records(public=public):
            file.write(jsonl.write(record) + "\n")
            count += 1
    return count


def write_pages(folder: Path) -> int:
    """Write the published events of every edition as event and day pages; return the number of pages."""
    count = 0
    for language in settings.EDITIONS:
        root = folder if language == settings.EDITIONS[0] else folder / language
        previous = None
        for day in exporter.days(language):
            for path, page in _pages(day, previous):
                target = root / "news" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(page, encoding="utf-8", newline="\n")
                count += 1
            previous = day
    return count


def _pages(day: DayDocument, previous: DayDocument | None) -> Iterator[tuple[str, str]]:
    path = day_path(day.date)
    yield f"{path}/index.md", markdown.write_day(day, previous.date if previous else None)
    for event in day.events:
        yield f"{path}/{event.slug}.md", markdown.write_event(event)
