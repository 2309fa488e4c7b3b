"""manage.py copy_database: all that another database holds → this one, whatever engine either runs on."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from psycopg import IsolationLevel
from tqdm import tqdm

from events import search
from events.models import Editorial, Event
from sources import bulk
from sources.database import require_same_program, require_set_up
from sources.models import Source

ORIGIN = "origin"
CHUNK = 5000  # rows held in memory


class Command(BaseCommand):
    help = (
        "Copy all that another database of this program holds into the one that DATABASE_URL names, which must be set "
        "up and empty: from SQLite to PostgreSQL, or back. All of it comes in, or nothing; the other one is only read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("origin", metavar="URL", help="the other database, written like DATABASE_URL")

    def handle(self, origin: str, **options: Any) -> None:
        require_set_up()
        require_empty()
        start = time.monotonic()
        with opened(origin):
            count = copy_all()
        search.check()
        bulk.take_stock()
        self.stdout.write(
            f"Copied {count:,} rows in {time.monotonic() - start:.0f} s and made the search of them.\n"
            "Pictures stay where they are. manage.py verify_history proves that the history is whole."
        )


def copy_all() -> int:
    """Write all rows of ORIGIN and return how many, or raise CommandError and write none."""
    count = 0
    progress = tqdm(all_models(), unit=" tables", disable=not sys.stderr.isatty(), leave=False)
    try:
        with transaction.atomic(using=ORIGIN), transaction.atomic():
            clear()
            for model in progress:
                count += copy(model)
            count_on()
    except DatabaseError as error:  # in the end, too, when the database sees that a row leads nowhere
        reason = " ".join(str(error).split())
        raise CommandError(f"Not all rows can be written: {reason}. Nothing was copied.") from error
    return count


def all_models() -> list[type[models.Model]]:
    """Every model that has a table of its own."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def require_empty() -> None:
    """Raise CommandError if anybody has worked in this database: there are accounts, sources, events or editorials."""
    for model in (User, Source, Event, Editorial):
        if model._base_manager.exists():
            raise CommandError(
                f"The database that DATABASE_URL names is not empty: it holds {model._meta.verbose_name_plural}. "
                "Copy into a new one, set up with manage.py migrate and nothing else. Nothing was changed."
            )


@contextmanager
def opened(url: str) -> Iterator[None]:
    """While this lasts, the database at `url` can be read as ORIGIN. Raises CommandError if it cannot."""
    try:
        settings = environ.Env.db_url_config(url)
    except ValueError:  # its text may hold a piece of the password
        settings = {}
    if settings.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise CommandError(
            "The other database is named like sqlite:////path/of.sqlite3 or postgres://user:password@host/name."
        )
    if settings["ENGINE"].endswith("sqlite3") and not Path(settings["NAME"]).is_file():
        raise CommandError(f"There is no database {settings['NAME']}.")
    if settings["ENGINE"].endswith("postgresql"):  # whoever still writes there, all is read as it was at one moment
        settings.setdefault("OPTIONS", {})["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[ORIGIN] = connections.configure_settings({"default": {}, ORIGIN: settings})[ORIGIN]
    try:
        require_same_program(connections[ORIGIN])
        yield
    finally:
        connections[ORIGIN].close()
        del connections[ORIGIN], connections.settings[ORIGIN]


def clear() -> None:
    """Take away what migrations wrote: it comes with the other rows, as it is there."""
    with connection.cursor() as cursor:
        for model in all_models():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608  # names of ours


def copy(model: type[models.Model]) -> int:
    """Write all rows of the model as they are in ORIGIN, and return how many."""
    columns = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(ORIGIN).order_by("pk").values_list(*columns).iterator(CHUNK)
    count = 0
    for chunk in bulk.chunks(rows, CHUNK):
        bulk.insert(model, columns, chunk)
        count += len(chunk)
    return count


def count_on() -> None:
    """Let new rows get numbers behind those of the copied ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), all_models()):
            cursor.execute(statement)
