"""Fetch the pages of sources that are due, once."""

from typing import Any

from django.core.management.base import BaseCommand

from sources.completing import fetch_due
from sources.database import require_set_up


class Command(BaseCommand):
    help = "Fetch the pages of new sources that are due, and fill in what they say. `manage.py work` does so by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        require_set_up()
        count = 0
        while tried := fetch_due():
            count += tried
        self.stdout.write(f"{count} page{'' if count == 1 else 's'} asked for.")
