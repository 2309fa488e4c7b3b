"""Rows → tables, all at once: COPY on PostgreSQL, one prepared statement on SQLite.

Django's own `bulk_create` takes several times as long, most of it to build its statements.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

Thing = TypeVar("Thing")
STATEMENT = 500  # ids in one statement
HARDLY_BEGUN = 10_000  # rows of the largest table


def chunks(things: Iterable[Thing], size: int = STATEMENT) -> Iterator[list[Thing]]:
    """The things, `size` at once."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


def reserve(model: type[models.Model], count: int) -> list[int]:
    """As many primary keys that no other row has or will get. To be called in a transaction."""
    if not count:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction is the only one that writes; SQLite itself notes the highest key that it was given.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, skips_known: bool = False
) -> None:
    """Write new rows, each the values of `columns` in their order; what the model sets by itself must be among them.

    With `skips_known` a row that breaks a rule of uniqueness is left out; otherwise, and for other rules, raises what
    Django raises for rows that the database refuses.
    """
    if not rows:
        return
    meta = model._meta
    adapters = [_ADAPT.get(meta.get_field(name).get_internal_type()) for name in columns]
    places = [(place, adapt) for place, adapt in enumerate(adapters) if adapt]
    values = _adapted(rows, places) if places else rows
    table = connection.ops.quote_name(meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not skips_known:
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(columns))
            rule = " ON CONFLICT DO NOTHING" if skips_known else ""
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks}){rule}"  # noqa: S608  # names of ours
            cursor.executemany(statement, values)


def empty_log() -> None:
    """Work SQLite's log of writes into the file and empty it, so that nothing of what was overwritten stays in it.

    To be called outside of transactions. Other engines keep their logs elsewhere.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def take_stock() -> None:
    """Let SQLite count what its tables hold. PostgreSQL does so by itself.

    It plans by these numbers. Without them it takes all public events of a language for fewer than ten that are named,
    and a page of a hundred thousand events waits for thirty milliseconds where it could have one. Numbers of a wiki
    that has hardly begun are worse than none: an archive that comes in then is looked up row by row in whole tables.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 100000")  # rows looked at of each index: a moment for all of them
            cursor.execute("ANALYZE")
            cursor.execute("SELECT MAX(CAST(stat AS integer)) FROM sqlite_stat1")  # each begins with the number of rows
            if (cursor.fetchone()[0] or 0) < HARDLY_BEGUN:
                cursor.execute("DELETE FROM sqlite_stat1")
                cursor.execute("ANALYZE sqlite_schema")  # so that what was counted is forgotten


def _adapted(
    rows: Sequence[Sequence[Any]], places: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Sequence[Sequence[Any]]:
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, adapt in places:
        columns[place] = map(adapt, columns[place])
    return list(zip(*columns, strict=True))


_ADAPT: dict[str, Callable[[Any], Any]] = {
    "DateField": lru_cache(maxsize=64)(connection.ops.adapt_datefield_value),
    "DateTimeField": lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value),  # mostly the same few moments
    "JSONField": lambda value: json.dumps(value),
    "UUIDField": lambda value: value if connection.features.has_native_uuid_field else value.hex,
}
