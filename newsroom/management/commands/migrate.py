"""Django's `migrate`, which says in one line that there is no database."""

from typing import Any

from django.core.management.commands import migrate

from sources.database import require_connection


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        require_connection()
        super().handle(*args, **options)
