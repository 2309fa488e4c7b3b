"""manage.py forget_second_proof NAME: let somebody in again who has lost both their app and their kept codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from newsroom import two_factor
from sources.database import require_set_up


class Command(BaseCommand):
    help = "Ask an account for its password alone, when its owner has lost the app and the codes that were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name of the account")

    def handle(self, *, name: str, **options: Any) -> None:
        require_set_up()
        person = User.objects.filter(username=name).first()
        if not person:
            raise CommandError(f"There is no account “{name}”.")
        two_factor.give_up(person)
        self.stdout.write(f"“{name}” logs in with the password alone now.")
