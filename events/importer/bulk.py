"""Rows → tables, all at once: COPY on PostgreSQL, one prepared statement on SQLite.

Django's own `bulk_create` takes several times as long, most of it to build its statements.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models


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


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write new rows, each the values of `columns` in their order; what the model sets by itself must be among them.

    Raises what Django raises for rows that the database refuses.
    """
    if not rows:
        return
    meta = model._meta
    adapters = [_ADAPT.get(meta.get_field(name).get_internal_type()) for name in columns]
    places = [(place, adapt) for place, adapt in enumerate(adapters) if adapt]
    values = [_adapted(row, places) for row in rows] if places else rows
    table = connection.ops.quote_name(meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  # names of ours


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, with their primary keys where they have one; otherwise they are not told it."""
    if rows:
        fields = [field for field in rows[0]._meta.concrete_fields if not (field.primary_key and rows[0].pk is None)]
        read = attrgetter(*(field.attname for field in fields))
        insert(type(rows[0]), [field.column or "" for field in fields], [read(row) for row in rows])


def _adapted(row: Sequence[Any], places: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, adapt in places:
        values[place] = adapt(values[place])
    return values


_ADAPT: dict[str, Callable[[Any], Any]] = {
    "DateField": lru_cache(maxsize=64)(connection.ops.adapt_datefield_value),
    "DateTimeField": lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value),  # mostly the same few moments
    "JSONField": lambda value: json.dumps(value),
}
