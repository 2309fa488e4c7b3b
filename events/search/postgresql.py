"""The search on PostgreSQL: a weighted tsvector with a GIN index."""

import re
from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from events.search.query import Query, Term
from events.search.schema import fetch
from events.search.texts import Hit, Row

# How much a word weighs in sources, summary, tags and headline; those that stand close together weigh more.
RANK = "ts_rank_cd('{0.05, 0.3, 0.3, 1.0}', words, to_tsquery('newsroom', %s), 1)"
_VECTOR = " || ".join(
    f"setweight(to_tsvector('newsroom', {column}), '{weight}')"
    for column, weight in (("headline", "A"), ("tags", "B"), ("summary", "C"), ("sources", "D"))
)

# A facet among the words is ":c3", which no text can hold.
_FACETS = "array_to_tsvector(string_to_array(':' || replace(nullif(facets, ''), ' ', ' :'), ' '))"


def expression(terms: Iterable[Term]) -> str:
    """The terms in the words of to_tsquery, all to be there. People's words are letters and digits alone."""
    return " & ".join(f"({_term(term)})" for term in terms)


def _term(term: Term) -> str:
    return " <-> ".join(term.words) + (":*" if term.is_beginning else "")


def _condition(query: Query, facets: Sequence[str]) -> tuple[str, list[str]]:
    parts, params = [], []
    if query.wanted:
        parts.append("to_tsquery('newsroom', %s)")
        params.append(expression(query.wanted))
    for facet in facets:
        parts.append("%s::tsquery")
        params.append(f"':{facet}'")
    for term in query.excluded:
        parts.append("(!! to_tsquery('newsroom', %s))")
        params.append(expression([term]))
    return f"words @@ ({' && '.join(parts)})", params


def newest(query: Query, facets: Sequence[str], keys: tuple[int, int], limit: int, *, is_ranked: bool) -> list[Hit]:
    condition, params = _condition(query, facets)
    is_ranked = is_ranked and bool(query.wanted)
    rows = fetch(
        f"""SELECT key, {RANK if is_ranked else "0.0"}, facets FROM (
            SELECT key, facets, words FROM events_search
            WHERE {condition} AND key BETWEEN %s AND %s ORDER BY key DESC LIMIT %s) AS newest""",
        [*([expression(query.wanted)] if is_ranked else []), *params, *keys, limit],
    )
    return [Hit(*row) for row in rows]


def has_any(query: Query, keys: tuple[int, int]) -> bool:
    """Asked of the index of words: for the newest one alone, PostgreSQL would go through all rows by their keys."""
    condition, params = _condition(query, ())
    sql = f"WITH hits AS MATERIALIZED (SELECT key FROM events_search WHERE {condition} AND key BETWEEN %s AND %s)"
    return bool(fetch(f"{sql} SELECT key FROM hits LIMIT 1", [*params, *keys]))


def select_events(query: Query) -> tuple[str, list[str]]:
    condition, params = _condition(query, ())
    return f"SELECT key & 2147483647 FROM events_search WHERE {condition}", params


def hit_words(query: Query, keys: Sequence[int], headlines: Sequence[str]) -> set[str]:
    if not query.wanted:
        return set()
    rows = fetch(
        """SELECT ts_headline('newsroom', headline, to_tsquery('newsroom', %s), 'StartSel=<, StopSel=>, HighlightAll=1')
            FROM unnest(%s::text[]) AS headline""",
        [expression(query.wanted), list(headlines)],
    )
    return {word for (text,) in rows for found in re.findall("<([^>]*)>", text) for word in found.split()}


def write(rows: Iterable[Row], gone: Collection[int]) -> None:
    columns = list(zip(*((row.key, row.facets, *row.texts) for row in rows), strict=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_search WHERE key = ANY(%s)", [list(gone)])
        if columns:
            cursor.execute(
                f"""INSERT INTO events_search (key, facets, words)
                SELECT key, facets, {_VECTOR} || COALESCE({_FACETS}, '')
                FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
                    AS row (key, facets, headline, tags, summary, sources)""",
                [list(column) for column in columns],
            )


def wipe() -> None:
    """What is gone stands nowhere in the tables; when the server frees its space is its own affair."""


def settle() -> None:
    """Sort what was added lately into the index, which would else be gone through word by word."""
    fetch("SELECT gin_clean_pending_list('events_search_words')")


def keys() -> list[int]:
    return [key for (key,) in fetch("SELECT key FROM events_search")]
