"""manage.py verify_history: proves that no revision of any event was changed, added, taken out or cut off."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from events import verifying
from events.models import Event


class Command(BaseCommand):
    help = (
        "Check the chain of revisions of every event, and that the newest one is what the event says. "
        "Ends with 1 if anything is wrong; erased passages are named with their reasons."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--event", type=int, metavar="ID", help="check the history of this event alone")

    def handle(self, *, event: int | None, **options: Any) -> None:
        if event is not None and not Event.objects.filter(pk=event).exists():
            raise CommandError(f"There is no event {event}.")
        total = Event.objects.count() if event is None else 1
        events = faulty = 0
        with tqdm(total=total, unit=" events", disable=not sys.stderr.isatty(), leave=False) as bar:
            for _, findings in verifying.verify(event):
                for finding in findings:
                    (self.stderr if finding.is_fault else self.stdout).write(str(finding))
                events += 1
                faulty += any(finding.is_fault for finding in findings)
                bar.update()
        if faulty:
            raise CommandError(f"{faulty} of {events} histories are not whole.")
        self.stdout.write(f"{events} histor{'y is' if events == 1 else 'ies are'} whole.")
