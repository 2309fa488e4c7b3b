"""The tables of the search, and the triggers that note which events change. Made after every migration.

They belong to no model: Django alters tables of models on SQLite by making them anew, and their triggers are gone then.
No foreign key leads here or from here, so that any table can be emptied. The triggers go before a migration (a table
that one of them names could not be altered) and come back after it.

| table | what it holds |
|---|---|
| `events_search` | the words of each event, by its key (rows.py) |
| `events_searchrow` | of each event the key, and a digest of what is indexed |
| `events_searchmark` | events that changed since they were indexed |
| `events_searchedition` | the number of each language in keys |
| `events_searchword` | the words of the names of tags, for who mistypes one |
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

TOKENIZER = "porter unicode61 remove_diacritics 2"  # SQLite's
TABLES = {
    "sqlite": (
        f"""CREATE VIRTUAL TABLE IF NOT EXISTS events_search USING fts5(
            headline, tags, summary, sources, facets, tokenize = '{TOKENIZER}')""",
        """CREATE TABLE IF NOT EXISTS events_searchrow (
            event integer PRIMARY KEY, key integer NOT NULL UNIQUE, digest text NOT NULL)""",
        "CREATE TABLE IF NOT EXISTS events_searchmark (event integer PRIMARY KEY)",
        "CREATE TABLE IF NOT EXISTS events_searchedition (number integer PRIMARY KEY, language text NOT NULL UNIQUE)",
        "CREATE TABLE IF NOT EXISTS events_searchword (word text PRIMARY KEY) WITHOUT ROWID",
    ),
    # Snowball's English without its list of words to leave out: "the who" is found here as on SQLite.
    "postgresql": (
        """DO $$ BEGIN
            CREATE TEXT SEARCH DICTIONARY newsroom_stem (TEMPLATE = snowball, LANGUAGE = english);
            CREATE TEXT SEARCH CONFIGURATION newsroom (COPY = simple);
            ALTER TEXT SEARCH CONFIGURATION newsroom ALTER MAPPING FOR asciiword WITH newsroom_stem;
        EXCEPTION WHEN unique_violation THEN NULL; END $$""",
        """CREATE TABLE IF NOT EXISTS events_search (
            key bigint PRIMARY KEY, facets text NOT NULL, words tsvector NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS events_search_words ON events_search USING gin (words)",
        """CREATE TABLE IF NOT EXISTS events_searchrow (
            event bigint PRIMARY KEY, key bigint NOT NULL UNIQUE, digest text NOT NULL)""",
        # Not unique: nobody who notes a change waits for another who notes the same.
        "CREATE TABLE IF NOT EXISTS events_searchmark (event bigint NOT NULL)",
        "CREATE INDEX IF NOT EXISTS events_searchmark_event ON events_searchmark (event)",
        "CREATE TABLE IF NOT EXISTS events_searchedition (number integer PRIMARY KEY, language text NOT NULL UNIQUE)",
        'CREATE TABLE IF NOT EXISTS events_searchword (word text COLLATE "C" PRIMARY KEY)',
    ),
}


class Cause(NamedTuple):
    """A change that events must follow: of these columns in rows of this table; `events` asks for the events.

    In it, `{row}` stands for the changed row. `when` says which changes of a row tell of events. New events, and new
    tags and citations of an event, do not: those who write them tell it themselves, and imports write half a million.
    """

    table: str
    columns: tuple[str, ...]
    events: str
    when: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


_OF_TAG = "SELECT event_id FROM events_eventtag WHERE tag_id = {row}."
_OF_SOURCE = "SELECT event_id FROM events_citation WHERE source_id = {row}.id"
_OF_PUBLISHER = """SELECT event_id FROM events_citation WHERE publisher_id = {row}.id UNION
    SELECT event_id FROM events_citation WHERE source_id IN (
        SELECT id FROM sources_source WHERE publisher_id = {row}.id)"""
CAUSES = (
    Cause(
        "events_event",
        ("language", "date", "status", "category_id", "headline", "summary"),
        "SELECT {row}.id",
        ("UPDATE", "DELETE"),
    ),
    Cause("events_eventtag", ("event_id", "tag_id"), "SELECT {row}.event_id", ("UPDATE", "DELETE")),
    Cause(
        "events_citation",
        ("event_id", "source_id", "publisher_id", "label"),
        "SELECT {row}.event_id",
        ("UPDATE", "DELETE"),
    ),
    Cause("events_tagalias", ("tag_id", "key"), f"{_OF_TAG}tag_id"),
    Cause("events_tag", ("key",), f"{_OF_TAG}id", ("UPDATE",)),
    Cause("sources_source", ("title", "publisher_id"), _OF_SOURCE, ("UPDATE",)),
    Cause("sources_publisher", ("name",), _OF_PUBLISHER, ("UPDATE",)),
)


def make_tables() -> None:
    """Make the tables that are not there."""
    for statement in TABLES[connection.vendor]:
        execute(statement)


def make_triggers() -> bool:
    """Make the triggers that are not there, unless the tables of the wiki are not complete; whether they are."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) & {cause.table for cause in CAUSES}
        columns = {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in tables
        }
    if any(not columns.get(cause.table, set()).issuperset(cause.columns) for cause in CAUSES):
        return False
    for cause in CAUSES:
        for operation in cause.when:
            for statement in (_of_statements if connection.vendor == "postgresql" else _of_rows)(cause, operation):
                execute(statement)
    return True


def drop_triggers() -> None:
    """Take the triggers away."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for cause in CAUSES:
        for operation in cause.when if cause.table in tables else ():
            on = f" ON {cause.table}" if connection.vendor == "postgresql" else ""
            execute(f"DROP TRIGGER IF EXISTS {_name(cause, operation)}{on}")


def _name(cause: Cause, operation: str) -> str:
    return f"events_search_{cause.table}_{operation.lower()}"


def _of_rows(cause: Cause, operation: str) -> Iterator[str]:
    """SQLite's: fired by every row."""
    rows = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("old", "new")}[operation]
    on = f"UPDATE OF {', '.join(cause.columns)}" if operation == "UPDATE" else operation
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in cause.columns)
    when = f"WHEN {differs} " if operation == "UPDATE" else ""
    notes = "; ".join(f"INSERT OR IGNORE INTO events_searchmark (event) {cause.events.format(row=row)}" for row in rows)
    yield f"CREATE TRIGGER IF NOT EXISTS {_name(cause, operation)} AFTER {on} ON {cause.table} {when}BEGIN {notes}; END"


def _of_statements(cause: Cause, operation: str) -> Iterator[str]:
    """PostgreSQL's: fired by every statement, with all rows that it changed."""
    name = _name(cause, operation)
    events = cause.events.format(row="changed")
    of_row = f"LATERAL ({events}) AS told (event)"
    columns = ", ".join(cause.columns)
    changed = {
        "INSERT": "after_it AS changed",
        "DELETE": "before_it AS changed",
        "UPDATE": f"((SELECT id, {columns} FROM before_it EXCEPT SELECT id, {columns} FROM after_it) UNION ALL "
        f"(SELECT id, {columns} FROM after_it EXCEPT SELECT id, {columns} FROM before_it)) AS changed",
    }[operation]
    tables = {
        "INSERT": "NEW TABLE AS after_it",
        "DELETE": "OLD TABLE AS before_it",
        "UPDATE": "OLD TABLE AS before_it NEW TABLE AS after_it",
    }[operation]
    yield f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO events_searchmark (event) SELECT DISTINCT told.event FROM {changed}, {of_row};
        RETURN NULL;
    END $$"""
    yield f"""CREATE OR REPLACE TRIGGER {name} AFTER {operation} ON {cause.table}
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"""


def fetch(sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def execute(sql: str, params: Any = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def add(table: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows but for those that are there; `types` are those of their columns on PostgreSQL."""
    names = ", ".join(types)
    if connection.vendor == "postgresql":  # one statement takes a third of the time of one for each row
        arrays = ", ".join(f"%s::{type}[]" for type in types.values())
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in types]
        execute(f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING", columns)
        return
    marks = ", ".join(["%s"] * len(types))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows)


def known_editions() -> dict[str, int]:
    """The number in keys of every language in which something was ever written."""
    return dict(fetch("SELECT language, number FROM events_searchedition"))


def edition_numbers(languages: Collection[str]) -> dict[str, int]:
    """The same; a language that has none gets the next."""
    known = known_editions()
    for language in sorted(set(languages) - known.keys()):
        execute(
            """INSERT INTO events_searchedition (number, language)
            SELECT COALESCE(MAX(number), 0) + 1, %s FROM events_searchedition WHERE TRUE ON CONFLICT DO NOTHING""",
            [language],
        )
        known = known_editions()
    return known
