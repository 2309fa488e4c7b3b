"""Whether there is a database to work with. Commands ask before they begin, so that one line says what is missing."""

from collections.abc import Iterator, Set
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

MIGRATIONS = "django_migrations"  # Django's own table of what was applied
SECONDS = 10  # to wait for a server that does not answer at all


def require_connection() -> None:
    """Raise CommandError if the database cannot be opened: which one, and why."""
    with _own_connection(connection):
        pass


def require_set_up() -> None:
    """Raise CommandError if the database cannot be opened, or if a migration of this program is missing in it."""
    applied = _applied(connection)
    if not applied:
        raise CommandError("This database is not set up yet. Run manage.py migrate first.")
    if not _migrations() <= applied:
        raise CommandError("This database is not as new as this program. Run manage.py migrate first.")


def require_same_program(other: BaseDatabaseWrapper) -> None:
    """Raise CommandError if another database cannot be opened, or is not as this program's migrations leave one."""
    applied, ours = _applied(other), _migrations()
    if not ours <= applied:
        raise CommandError(
            f"{_name(other)} is not as new as this program. Set DATABASE_URL to it and run manage.py migrate, or copy "
            "with the program that it is of."
        )
    apps = {app for app, _ in ours}
    if {(app, name) for app, name in applied if app in apps} - ours:
        raise CommandError(f"{_name(other)} is newer than this program. Copy with the program that it is of.")


def _migrations() -> Set[tuple[str, str]]:
    """The migrations of this program, by application and name."""
    return MigrationLoader(None).disk_migrations.keys()


def _applied(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Those that were applied to a database; none if it was never set up."""
    with _own_connection(database) as own, own.cursor() as cursor:
        if MIGRATIONS not in own.introspection.table_names(cursor):
            return set()
        cursor.execute(f"SELECT app, name FROM {MIGRATIONS}")  # noqa: S608 – our own constant
        return set(cursor.fetchall())


@contextmanager
def _own_connection(database: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A connection for this question alone: a pool would try for half a minute, and not say why it could not."""
    own = database.copy()
    if own.vendor == "postgresql":
        own.settings_dict["OPTIONS"].pop("pool", None)
        own.settings_dict["OPTIONS"].setdefault("connect_timeout", SECONDS)
    try:
        own.ensure_connection()
    except OperationalError as error:
        reason = str(error).partition("\n")[0]
        named = "DATABASE_URL" if database is connection else "its address"
        raise CommandError(
            f"The database {_name(own)} cannot be opened: {reason}. Is it there, and {named} right?"
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
