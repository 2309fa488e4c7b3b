"""Bring a fresh or an updated checkout to the point where it can be served."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from events import search
from events.models import Event
from sources import bulk

EDITOR = "editor"


class Command(BaseCommand):
    help = (
        "Migrate the database, load the seed if it holds no events, collect the static files, "
        "let the database count its rows and create the first account. Safe to run again at any time."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write("Preparing the database and the static files …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.load_seed()
        bulk.take_stock()
        self.create_editor()

    def load_seed(self) -> None:
        """Load fixtures/seed.json into a database without events; leave any other as it is."""
        seed = Path(settings.FIXTURE_DIRS[0]) / "seed.json"
        if seed.exists() and not Event.objects.exists():
            call_command("loaddata", "seed", verbosity=0)
            search.catch_up()
            self.stdout.write(f"Loaded {Event.objects.count()} events of the seed.")

    def create_editor(self) -> None:
        """Create the account `editor` if there is none at all, and show its password this one time."""
        users = get_user_model().objects
        if users.exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(username=EDITOR, password=password)
        self.stdout.write(
            f"\n  Your account for the admin, shown only this once:\n"
            f"    name      {EDITOR}\n"
            f"    password  {password}\n"
            f"  Another password: manage.py changepassword {EDITOR}\n"
        )
