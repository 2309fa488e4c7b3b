"""manage.py import_documents: files and folders → the wiki."""

import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from events.documents.files import KNOWN_KINDS, Found, list_files, read_file, survey
from events.importer import Report, import_batch, import_found
from events.models import ReadDocument
from sources.importer import Outcome

BATCH = 500  # documents written in one transaction


def check_is_set_up() -> None:
    """Raise CommandError before a database without the wiki's tables refuses every single document."""
    if ReadDocument._meta.db_table not in connection.introspection.table_names():
        raise CommandError("This database is not set up yet. Run manage.py migrate first.")


class Command(BaseCommand):
    help = f"Import documents: {KNOWN_KINDS}. A bad document is reported and left out; the others come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen and change nothing")
        parser.add_argument(
            "--language",
            choices=settings.EDITIONS,
            default="",
            help="the language of pages and records; otherwise their labels, their folder or their letters tell",
        )

    def handle(self, *, paths: list[Path], dry_run: bool, language: str, **options: Any) -> None:
        check_is_set_up()
        report = Report()
        languages: Counter[str] = Counter()
        with transaction.atomic() if dry_run else nullcontext():
            for root in paths:
                self._import_root(root, language, report, languages)
            if dry_run:
                transaction.set_rollback(True)
        self._print(report, languages, dry_run)
        if report.rejected:
            raise CommandError(f"{len(report.rejected)} documents were rejected.")

    def _import_root(self, root: Path, language: str, report: Report, languages: Counter[str]) -> None:
        entries = list(list_files(root))
        files = [entry for entry in entries if isinstance(entry, Path)]
        for problem in entries:
            if isinstance(problem, Found):
                import_found(problem, report)
        known = survey(files)
        sizes = sum(path.stat().st_size for path in files)
        with tqdm(total=sizes, unit="B", unit_scale=True, disable=not sys.stderr.isatty(), leave=False) as progress:
            found = (found for path in files for found in read_file(path, language, known.language))
            while batch := list(islice(found, BATCH)):
                import_batch(batch, report, known.names)
                languages.update(
                    f"{getattr(found.document, 'language', '')}, known by {found.language}"
                    for found in batch
                    if found.language
                )
                progress.update(sum(found.size for found in batch))

    def _print(self, report: Report, languages: Counter[str], dry_run: bool) -> None:
        for place, error in report.rejected:
            self.stderr.write(f"{place}: {error}")
        kinds = list(dict.fromkeys(kind for kind, _ in report.counts))
        for kind in kinds:
            counts = ", ".join(f"{report.count(kind, outcome)} {outcome}" for outcome in Outcome)
            self.stdout.write(f"{kind}: {counts}")
        for how, count in languages.most_common():
            self.stdout.write(f"language: {how} ({count} pages)")
        self.stdout.write(f"rejected: {len(report.rejected)}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
