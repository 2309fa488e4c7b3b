"""The search on SQLite: FTS5.

Without its option `prefix`: words that only begin so are found without it, and it would double the time of an import.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing

from django.db import connection

from events.search.query import Query, Term
from events.search.schema import TOKENIZER, fetch
from events.search.texts import Hit, Row

# How much a word weighs in headline, tags, summary, sources and facets.
BM25 = "bm25(events_search, 10.0, 6.0, 3.0, 1.0, 0.0)"
_TEXTS = "{headline tags summary sources}"


def expression(query: Query, facets: Sequence[str] = ()) -> str:
    """The query in FTS5's own words. All that people typed stands in quotes, as letters and digits alone."""
    parts = []
    if query.wanted:
        parts.append(f"{_TEXTS} : ({' AND '.join(map(_term, query.wanted))})")
    if facets:
        parts.append(f"facets : ({' AND '.join(f'{chr(34)}{facet}{chr(34)}' for facet in facets)})")
    found = " AND ".join(f"({part})" for part in parts)
    if query.excluded:
        found = f"({found}) NOT ({_TEXTS} : ({' OR '.join(map(_term, query.excluded))}))"
    return found


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}'


def newest(query: Query, facets: Sequence[str], keys: tuple[int, int], limit: int, *, is_ranked: bool) -> list[Hit]:
    weight = f"-{BM25}" if is_ranked else "0.0"
    rows = fetch(
        f"""SELECT rowid, {weight}, facets FROM events_search
            WHERE events_search MATCH %s AND rowid BETWEEN %s AND %s ORDER BY rowid DESC LIMIT %s""",
        [expression(query, facets), *keys, limit],
    )
    return [Hit(*row) for row in rows]


def oldest(query: Query, facets: Sequence[str], keys: tuple[int, int]) -> int | None:
    rows = fetch(
        """SELECT rowid FROM events_search WHERE events_search MATCH %s AND rowid BETWEEN %s AND %s
            ORDER BY rowid LIMIT 1""",
        [expression(query, facets), *keys],
    )
    return rows[0][0] if rows else None


def has_any(query: Query, keys: tuple[int, int]) -> bool:
    return bool(newest(query, (), keys, 1, is_ranked=False))


def select_events(query: Query) -> tuple[str, list[str]]:
    return "SELECT rowid & 2147483647 FROM events_search WHERE events_search MATCH %s", [expression(query)]


def hit_words(query: Query, headlines: Sequence[str]) -> set[str]:
    """Found in a table of the headlines alone: the whole search would be run anew for each of them."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"CREATE VIRTUAL TABLE shown USING fts5(headline, tokenize = '{TOKENIZER}')")
        memory.executemany("INSERT INTO shown VALUES (?)", [(headline,) for headline in headlines])
        asked = " OR ".join(map(_term, query.wanted))
        rows = memory.execute("SELECT highlight(shown, 0, '<', '>') FROM shown WHERE shown MATCH ?", [asked]).fetchall()
    return {word for (text,) in rows for found in re.findall("<([^>]*)>", text) for word in found.split()}


def write(rows: Iterable[Row], gone: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM events_search WHERE rowid = %s", [(key,) for key in gone])
        cursor.executemany(
            """INSERT INTO events_search (rowid, headline, tags, summary, sources, facets)
            VALUES (%s, %s, %s, %s, %s, %s)""",
            [(row.key, *row.texts, row.facets) for row in rows],
        )


def wipe() -> None:
    """Join all parts of the index: deleted words stay in the older ones until then."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO events_search (events_search) VALUES ('optimize')")


def settle() -> None:
    """Nothing is put off here."""


def keys() -> list[int]:
    return [key for (key,) in fetch("SELECT id FROM events_search_content")]
