"""manage.py export_documents: the wiki → a folder of documents."""

import errno
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from events import exporter
from events.converters import edition_home
from events.documents import editorial_pages, jsonl, markdown, xml
from events.documents.paths import day_path
from events.documents.records import DayDocument, EditorialDocument
from sources.database import require_set_up


class Command(BaseCommand):
    help = "Write the whole wiki into a new or empty folder, as documents that import_documents reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
        parser.add_argument(
            "--format",
            choices=["jsonl", "markdown", "xml"],
            default="jsonl",
            help="jsonl (the default): all of it in one file; markdown, xml: a page for every public event and day",
        )
        parser.add_argument(
            "--links",
            choices=["archive", "site"],
            help="how Markdown pages name others: as this site does (the default), so that links lead somewhere both "
            "here and in the tree; or as the archives do, without the edition, for what was made to read those",
        )
        parser.add_argument(
            "--public", action="store_true", help="leave out what only editors may have; pages are always public"
        )

    def handle(self, *, folder: Path, format: str, links: str | None, public: bool, **options: Any) -> None:
        if links and format != "markdown":
            raise CommandError("--links is for --format markdown: the other formats name events by date and slug.")
        require_set_up()
        try:
            make_folder(folder)
            if format == "jsonl":
                count, what = write_records(folder, public=public), "records"
            else:
                count, what = self._write_pages(folder, format, links or "site"), "pages"
        except OSError as error:
            raise CommandError(f"{error.filename or folder} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {count} {what} into {folder}.")

    def _write_pages(self, folder: Path, format: str, links: str) -> int:
        count = failed = 0
        for path, page in pages(folder, format, links):
            try:
                write_page(path, page)
                count += 1
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG:
                    raise
                failed += 1
                self.stderr.write(f"{path}: this name is too long for a file here")
        if failed:
            raise CommandError(f"{failed} pages were not written, {count} were. JSON Lines holds all events.")
        return count


def make_folder(folder: Path) -> None:
    """Raises CommandError if there is something in it or it is none, OSError if it cannot be made."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} is not an empty folder; name a new one.")
    folder.mkdir(parents=True, exist_ok=True)


def write_records(folder: Path, *, public: bool) -> int:
    """Write the wiki as newsroom.jsonl, which has its name only when it is whole; return the number of records."""
    part = folder / "newsroom.jsonl.part"
    with (
        part.open("w", encoding="utf-8", newline="\n") as file,
        progress(exporter.count_records(public=public), "records") as bar,
    ):
        count = 0
        for record in exporter.records(public=public):
            file.write(jsonl.write(record) + "\n")
            count += 1
            bar.update()
    part.rename(folder / "newsroom.jsonl")
    return count


def pages(folder: Path, format: str, links: str) -> Iterator[tuple[Path, str]]:
    """The event and day pages of every edition with the paths at which to write them, a day at a time."""
    total = sum(exporter.events_of_tree(language).count() for language in settings.EDITIONS)
    with progress(total, "events") as bar:
        for language in settings.EDITIONS:
            home = edition_home(language)
            previous = None
            for day in exporter.days(language):
                place = folder / home.lstrip("/") / "news" / day_path(day.date)
                for name, page in pages_of(day, previous, format, home if links == "site" else ""):
                    yield place / name, page
                previous = day
                bar.update(len(day.events))
            for editorial in exporter.editorials(language):
                place = folder / home.lstrip("/") / "opinion" / day_path(editorial.date)
                yield page_of(editorial, place, format, home if links == "site" else "")


def page_of(editorial: EditorialDocument, place: Path, format: str, home: str) -> tuple[Path, str]:
    """The page of an editorial and its path."""
    if format == "xml":
        return place / f"{editorial.slug}.xml", xml.write(editorial)
    return place / f"{editorial.slug}.md", editorial_pages.write(editorial, home=home)


def pages_of(day: DayDocument, previous: DayDocument | None, format: str, home: str) -> Iterator[tuple[str, str]]:
    """The page of a day and those of its events, by the names of their files."""
    if format == "xml":
        yield "index.xml", xml.write(day)
        for event in day.events:
            yield f"{event.slug}.xml", xml.write(event)
    else:
        yield "index.md", markdown.write_day(day, previous.date if previous else None, home=home)
        names = exporter.names_known(day)
        for event in day.events:
            yield f"{event.slug}.md", markdown.write_event(event, home=home, tree=names)


def write_page(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


def progress(total: int, unit: str) -> "tqdm[Any]":
    """A bar with rate and time left, on a terminal only."""
    return tqdm(total=total, unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False)
