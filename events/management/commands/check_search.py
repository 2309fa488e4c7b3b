"""manage.py check_search: do the rows of the search say what the events say?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from events import search
from sources.database import require_set_up


class Command(BaseCommand):
    help = "Compare the rows of the search with the events, and put right what is missing, old or too much."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="report and change nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        require_set_up()
        found = search.check(repairs=not dry_run)
        self.stdout.write(
            f"{found.events} events: {found.repaired} rows missing or old, {found.superfluous} too much"
            + ("." if dry_run or found.is_whole else ", put right.")
        )
