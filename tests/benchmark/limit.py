"""How fast the machine could write the rows of an import if there were nothing to read, match or merge."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.apps import apps
from django.db import connection

SEARCH = ["events_search", "events_searchrow", "events_searchedition", "events_searchword"]


def tables() -> list[str]:
    """The tables of the wiki, and those of its search."""
    models = [*apps.get_app_config("sources").get_models(), *apps.get_app_config("events").get_models()]
    return [*(model._meta.db_table for model in models), *SEARCH]


class Limit(Protocol):
    """Made before the import, when the tables are as `migrate` left them."""

    def take(self) -> None:
        """Keep the rows that are there now."""

    def seconds(self) -> float:
        """Write them into empty tables with the same indexes and constraints, in one transaction."""


class SQLiteLimit:
    """One executemany a table, with the pragmas of the site."""

    def __init__(self, folder: Path) -> None:
        self._made_of = Path(connection.settings_dict["NAME"])
        self._empty, self._copy = folder / "empty.sqlite3", folder / "limit.sqlite3"
        with closing(sqlite3.connect(self._made_of)) as source, closing(sqlite3.connect(self._empty)) as empty:
            source.backup(empty)
            for table in tables():
                empty.execute(f'DELETE FROM "{table}"')
            empty.commit()
        self._rows: dict[str, tuple[str, list[Any]]] = {}  # of each table its columns too

    def take(self) -> None:
        with closing(sqlite3.connect(self._made_of)) as source:
            for table in tables():
                number = "rowid, " * (table == "events_search")  # by which its rows are known
                found = source.execute(f'SELECT {number}* FROM "{table}"')
                self._rows[table] = ", ".join(f'"{column[0]}"' for column in found.description), found.fetchall()

    def seconds(self) -> float:
        shutil.copy(self._empty, self._copy)
        with closing(sqlite3.connect(self._copy, isolation_level=None)) as target:
            target.executescript(f"{connection.settings_dict['OPTIONS']['init_command']}; PRAGMA foreign_keys = ON")
            start = time.perf_counter()
            target.execute("BEGIN IMMEDIATE")
            for table, (columns, rows) in self._rows.items():
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    target.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
            target.execute("COMMIT")
            seconds = time.perf_counter() - start
        for path in self._copy.parent.glob(f"{self._copy.name}*"):
            path.unlink()
        return seconds


class PostgreSQLLimit:
    """One COPY a table, in PostgreSQL's own binary form."""

    NAME = "newsroom_limit"

    def __init__(self, folder: Path) -> None:
        self._options = dict(connection.get_connection_params())
        for name in ("cursor_factory", "context", "prepare_threshold", "pool"):
            self._options.pop(name, None)
        close_connection()
        source = self._options["dbname"]
        self._options["dbname"] = "template1"
        with self._connect(autocommit=True) as server:
            server.execute(f'CREATE DATABASE {self.NAME} TEMPLATE "{source}"')
        self._options["dbname"] = self.NAME
        self._rows: dict[str, bytes] = {}

    def _connect(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(**self._options, **options)

    def take(self) -> None:
        with connection.cursor() as cursor:
            for table in tables():
                with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                    self._rows[table] = b"".join(copy)

    def seconds(self) -> float:
        with self._connect(autocommit=True) as server:
            names = ", ".join(f'"{table}"' for table in tables())
            server.execute(f"TRUNCATE {names} CASCADE")
            server.execute("CHECKPOINT")
        with self._connect() as target:
            start = time.perf_counter()
            for table, data in self._rows.items():
                with target.cursor().copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                    for piece in _pieces(data):
                        copy.write(piece)
            target.commit()
            return time.perf_counter() - start


def _pieces(data: bytes, size: int = 2**20) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def make_limit(folder: Path) -> Limit:
    return PostgreSQLLimit(folder) if connection.vendor == "postgresql" else SQLiteLimit(folder)


def close_connection() -> None:
    """Let go of the database, so that another process or a copy has it alone."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
