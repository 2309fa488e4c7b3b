"""manage.py verify_history: proves that no revision was changed, added, taken out or cut off."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from events import verifying
from events.models import Editorial, Event
from sources.database import require_set_up


class Command(BaseCommand):
    help = (
        "Check the chain of revisions of every event and editorial, and that the newest one is what the rows say. "
        "Ends with 1 if anything is wrong; erased passages are named with their reasons."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--event", type=int, metavar="ID", help="check the history of this event alone")

    def handle(self, *, event: int | None, **options: Any) -> None:
        require_set_up()
        if event is not None and not Event.objects.filter(pk=event).exists():
            raise CommandError(f"There is no event {event}.")
        total = Event.objects.count() + Editorial.objects.count() if event is None else 1
        count = faulty = 0
        with tqdm(total=total, unit=" histories", disable=not sys.stderr.isatty(), leave=False) as bar:
            for _, findings in verifying.verify(event):
                for finding in findings:
                    (self.stderr if finding.is_fault else self.stdout).write(str(finding))
                count += 1
                faulty += any(finding.is_fault for finding in findings)
                bar.update()
        if faulty:
            raise CommandError(f"{faulty} of {count} histories are not whole.")
        self.stdout.write(f"{count} histor{'y is' if count == 1 else 'ies are'} whole.")
