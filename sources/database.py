"""Whether there is a database to work with. Commands ask before they begin, so that one line says what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

MIGRATIONS = "django_migrations"  # Django's own table of what was applied
SECONDS = 10  # to wait for a server that does not answer at all


def require_connection() -> None:
    """Raise CommandError if the database cannot be opened: which one, and why."""
    with _own_connection():
        pass


def require_set_up() -> None:
    """Raise CommandError if the database cannot be opened, or if a migration of this program is missing in it."""
    with _own_connection() as own, own.cursor() as cursor:
        if MIGRATIONS not in own.introspection.table_names(cursor):
            raise CommandError("This database is not set up yet. Run manage.py migrate first.")
        cursor.execute(f"SELECT app, name FROM {MIGRATIONS}")  # noqa: S608 – our own constant
        if not MigrationLoader(None).disk_migrations.keys() <= set(cursor.fetchall()):
            raise CommandError("This database is not as new as this program. Run manage.py migrate first.")


@contextmanager
def _own_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection for this question alone: a pool would try for half a minute, and not say why it could not."""
    own = connection.copy()
    if own.vendor == "postgresql":
        own.settings_dict["OPTIONS"].pop("pool", None)
        own.settings_dict["OPTIONS"].setdefault("connect_timeout", SECONDS)
    try:
        own.ensure_connection()
    except OperationalError as error:
        reason = str(error).partition("\n")[0]
        raise CommandError(
            f"The database {_name(own)} cannot be opened: {reason}. Is it there, and DATABASE_URL right?"
        ) from error
    try:
        yield own
    finally:
        own.close()


def _name(database: BaseDatabaseWrapper) -> str:
    """The database as people know it, without a password."""
    said = database.settings_dict
    if database.vendor == "sqlite":
        return str(said["NAME"])
    return f"{said['NAME']} on {said['HOST'] or 'this machine'}"
