"""Publish the events whose moment has come, once."""

from typing import Any

from django.core.management.base import BaseCommand

from events import services
from sources.database import require_set_up


class Command(BaseCommand):
    help = "Publish the scheduled events that are due. `manage.py work` does so every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        require_set_up()
        count = services.publish_due()
        self.stdout.write(f"{count} event{'' if count == 1 else 's'} published.")
