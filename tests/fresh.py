"""The database as migrations leave it: noted once, and brought back after each test that has really written into it.

Django's own flush also makes every permission and content type anew, which takes ten times as long as all the rest.
"""

from typing import Any

from django.db import OperationalError, connection, transaction

from events import search

ATTEMPTS = 5
MANY = 5000  # rows in all: to empty all tables is quicker then, as PostgreSQL looks for what leads to each deleted row
_ROWS: dict[str, list[tuple[Any, ...]]] = {}  # of each table


def note() -> None:
    """Note what the tables hold now."""
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            _ROWS[table] = _rows(cursor, table)


def start_over() -> None:
    """Let the tables hold again what was noted, and the search what follows from it. Waits for whoever still writes.

    Who still writes, as a browser that keeps what was typed, may hold one table and wait for another: then PostgreSQL
    refuses us, and all begins again.
    """
    for attempt in range(ATTEMPTS):
        try:
            _bring_back()
            break
        except OperationalError as error:
            if "deadlock" not in str(error) or attempt == ATTEMPTS - 1:
                raise
    search.install()


def _bring_back() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(_ROWS)}")
        found = {table: _rows(cursor, table) for table in _ROWS}
        emptied = connection.vendor == "postgresql" and sum(map(len, found.values())) > MANY
        if emptied:
            cursor.execute(f"TRUNCATE {', '.join(_ROWS)}")
        for table, rows in _ROWS.items():
            if not emptied and found[table] == rows:
                continue
            if not emptied:
                cursor.execute(f"DELETE FROM {table}")
            if rows:
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)


def _rows(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT * FROM {table}")
    return sorted(cursor.fetchall(), key=repr)
