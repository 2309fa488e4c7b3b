"""manage.py import_documents: files, folders and archives → the wiki."""

import gc
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from events.documents import rejects
from events.documents.containers import BAD_CHARACTERS, STDIN
from events.documents.files import KNOWN_KINDS, Found, list_files, read_file, survey
from events.importer import Options, Report, TagNames, import_batch
from sources import bulk
from sources.database import require_set_up
from sources.documents import DocumentError
from sources.importer import Outcome

PATHS = "files, folders, archives (tar, gzip, xz, bzip2, zip), or - for standard input"
Batch = tuple[list[Found], Options]
BATCH = 2000  # documents written in one transaction
BATCH_BYTES = 2**24  # or fewer, if they are long


def require_paths(paths: Iterable[Path]) -> None:
    """Raise CommandError for a path that leads nowhere, before hours go into the others."""
    if missing := [str(path) for path in paths if path != STDIN and not path.exists()]:
        raise CommandError(_readable(f"There is no such file or folder: {', '.join(missing)}. Nothing was imported."))


def batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Cut into batches that are small in number and in bytes."""
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.raw)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def read(root: Path, language: str, options: Options) -> Iterator[Batch]:
    """What stands in a file or folder, in batches, and how to import it: with the names that stand alone in it."""
    entries = list(list_files(root))
    files = [entry for entry in entries if isinstance(entry, Path)]
    yield from ((batch, options) for batch in batches(entry for entry in entries if isinstance(entry, Found)))
    known = survey(files)
    options = replace(options, tag_names=TagNames(known.names))
    sizes = sum(path.stat().st_size for path in files if path != STDIN)
    with tqdm(total=sizes, unit="B", unit_scale=True, disable=not sys.stderr.isatty(), leave=False) as progress:
        found = (found for path in files for found in read_file(path, language, known.language, progress.update))
        for batch in batches(found):
            yield batch, options


def timed(batches: Iterable[Batch], report: Report) -> Iterator[Batch]:
    """The same batches; the report learns how long it took to read and parse them."""
    batches = iter(batches)
    while True:
        with report.timing("parsing"):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def reject_lines(batch: Sequence[Found], rejected: Iterable[tuple[str, DocumentError]]) -> Iterator[bytes]:
    """The reject list's lines for what was rejected of a batch."""
    at = {(found.place, found.line): found for found in batch}
    for place, error in rejected:
        found = at.get((place, error.line)) or at.get((place, None)) or Found(place, error)
        if found.line is None:
            yield rejects.write(place, error, page=(found.path, found.raw))
        else:
            yield rejects.write(place, error, found.raw)


def open_rejects(path: Path) -> BinaryIO:
    """Raises CommandError for a file that would be overwritten: it may hold what somebody is mending."""
    try:
        if path.exists() and path.stat().st_size:
            raise CommandError(f"{path} is there already; name another file, or delete it first.")
        return path.open("wb")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None


def _readable(text: str) -> str:
    """The text without control characters, which are not the terminal's to obey."""
    return BAD_CHARACTERS.sub(lambda found: ascii(found[0])[1:-1], text)


class Command(BaseCommand):
    help = f"Import documents: {KNOWN_KINDS}. A bad document is reported and left out; the others come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
        parser.add_argument("--dry-run", action="store_true", help="report what would happen and change nothing")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            dest="reject_list",
            help="write what is rejected to a file, which can be mended and imported",
        )
        parser.add_argument(
            "--related",
            choices=["keep", "compute"],
            default="keep",
            help="keep the archive's lists of related events, or let the wiki compute them from shared tags",
        )
        parser.add_argument(
            "--language",
            choices=settings.EDITIONS,
            default="",
            help="the language of pages and records; otherwise their labels, their folder or their letters tell",
        )

    def handle(
        self,
        *,
        paths: list[Path],
        dry_run: bool,
        language: str,
        related: str,
        reject_list: Path | None,
        **options: Any,
    ) -> None:
        require_set_up()
        require_paths(paths)
        gc.freeze()  # the code itself, which would be looked through again and again
        gc.set_threshold(250_000)  # millions of small objects come and go here, and hardly one is part of a cycle
        report = Report()
        languages: Counter[str] = Counter()
        with (
            open_rejects(reject_list) if reject_list else nullcontext() as file,
            transaction.atomic() if dry_run else nullcontext(),
        ):
            options_here = Options(keeps_related=related == "keep")
            found = chain.from_iterable(read(root, language, options_here) for root in paths)
            for batch, options_here in timed(found, report):
                before = len(report.rejected)
                import_batch(batch, report, options_here)
                if file:
                    file.writelines(reject_lines(batch, report.rejected[before:]))
                languages.update(
                    f"{getattr(found.document, 'language', '')}, known by {found.language}"
                    for found in batch
                    if found.language
                )
            if dry_run:
                transaction.set_rollback(True)
        bulk.take_stock()
        self._print(report, languages, dry_run)
        if report.rejected:
            self.stdout.flush()  # in a pipe or a log the last line is to stand last
            count = len(report.rejected)
            raise CommandError(f"{count} document{' was' if count == 1 else 's were'} rejected.")

    def _print(self, report: Report, languages: Counter[str], dry_run: bool) -> None:
        for place, error in report.rejected:
            self.stderr.write(_readable(f"{place}: {error}"))
        for place, note in report.notes:
            self.stdout.write(_readable(f"{place}: {note}"))
        kinds = list(dict.fromkeys(kind for kind, _ in report.counts))
        for kind in kinds:
            counts = ", ".join(f"{report.count(kind, outcome)} {outcome}" for outcome in Outcome)
            self.stdout.write(f"{kind}: {counts}")
        for how, count in languages.most_common():
            self.stdout.write(f"language: {how} ({count} pages)")
        self.stdout.write(f"rejected: {len(report.rejected)}")
        seconds = ", ".join(f"{report.seconds[what]:.1f} s {what}" for what in ("parsing", "matching", "writing"))
        self.stdout.write(f"time: {seconds}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
