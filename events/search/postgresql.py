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

# PostgreSQL takes a phrase to be as frequent as its words are together, and goes through all rows for a rare one of
# frequent words. So phrases are looked for in the newest PROBED rows first: where FREQUENT of them hold it, enough of
# the newest RECENT rows should; else, or if they are not enough, the index of words is asked for all that do.
PROBED, FREQUENT, RECENT = 4000, 120, 80_000
EARLY = 10_000
_OF_PHRASES = f"""
    WITH asked AS MATERIALIZED (SELECT {{asked}} AS query),
    readable AS NOT MATERIALIZED (SELECT key, words FROM events_search WHERE key BETWEEN %s AND %s),
    by_key AS NOT MATERIALIZED (SELECT * FROM readable ORDER BY key DESC LIMIT {RECENT}),
    probed AS MATERIALIZED (
        SELECT COUNT(*) >= {FREQUENT} AS is_frequent FROM (SELECT words FROM by_key LIMIT {PROBED}) AS newest
        WHERE words @@ (SELECT query FROM asked)),
    recent AS MATERIALIZED (
        SELECT key FROM by_key WHERE words @@ (SELECT query FROM asked) AND (SELECT is_frequent FROM probed) LIMIT %s),
    are_enough AS MATERIALIZED (SELECT COUNT(*) = %s AS recent FROM recent),
    indexed AS MATERIALIZED (SELECT key FROM readable WHERE words @@ (SELECT query FROM asked)),
    hits AS MATERIALIZED (
        (SELECT key FROM recent WHERE (SELECT recent FROM are_enough)) UNION ALL
        (SELECT key FROM indexed WHERE NOT (SELECT recent FROM are_enough) ORDER BY key DESC LIMIT %s))
    SELECT * FROM hits JOIN events_search USING (key)"""
_OF_WORDS = """
    SELECT * FROM events_search WHERE words @@ {asked} AND key BETWEEN %s AND %s ORDER BY key DESC LIMIT %s"""

# A facet among the words is ":c3", which no text can hold.
_FACETS = "array_to_tsvector(string_to_array(':' || replace(nullif(facets, ''), ' ', ' :'), ' '))"


def expression(terms: Iterable[Term]) -> str:
    """The terms in the words of to_tsquery, all to be there. People's words are letters and digits alone."""
    return " & ".join(f"({_term(term)})" for term in terms)


def _term(term: Term) -> str:
    return " <-> ".join(term.words) + (":*" if term.is_beginning else "")


def _asked(query: Query, facets: Sequence[str]) -> tuple[str, list[str]]:
    """SQL for the tsquery of all that is asked, and its parameters."""
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
    return f"({' && '.join(parts)})", params


def newest(query: Query, facets: Sequence[str], keys: tuple[int, int], limit: int, *, is_ranked: bool) -> list[Hit]:
    asked, params = _asked(query, facets)
    has_phrase = any(len(term.words) > 1 for term in query.wanted)
    limits = [limit, limit, limit] if has_phrase else [limit]
    hits = (_OF_PHRASES if has_phrase else _OF_WORDS).format(asked=asked)
    is_ranked = is_ranked and bool(query.wanted)
    rows = fetch(
        f"SELECT key, {RANK if is_ranked else '0.0'}, facets FROM ({hits}) AS newest ORDER BY key DESC",
        [*([expression(query.wanted)] if is_ranked else []), *params, *keys, *limits],
    )
    return [Hit(*row) for row in rows]


def oldest(query: Query, facets: Sequence[str], keys: tuple[int, int]) -> int | None:
    """Looked for among the oldest EARLY rows, which hold what was always frequent, then asked of the index of words."""
    asked, params = _asked(query, facets)
    [(key,)] = fetch(
        f"""WITH readable AS NOT MATERIALIZED (SELECT key, words FROM events_search WHERE key BETWEEN %s AND %s)
        SELECT COALESCE(
            (SELECT key FROM (SELECT * FROM readable ORDER BY key LIMIT {EARLY}) AS early
                WHERE words @@ {asked} ORDER BY key LIMIT 1),
            (WITH indexed AS MATERIALIZED (SELECT key FROM readable WHERE words @@ {asked})
                SELECT MIN(key) FROM indexed))""",
        [*keys, *params, *params],
    )
    return int(key) if key else None


def has_any(query: Query, keys: tuple[int, int]) -> bool:
    """Asked of the index of words: for the newest one alone, PostgreSQL would go through all rows by their keys."""
    asked, params = _asked(query, ())
    sql = f"WITH hits AS MATERIALIZED (SELECT key FROM events_search WHERE words @@ {asked} AND key BETWEEN %s AND %s)"
    return bool(fetch(f"{sql} SELECT key FROM hits LIMIT 1", [*params, *keys]))


def select_events(query: Query) -> tuple[str, list[str]]:
    asked, params = _asked(query, ())
    return f"SELECT key & 2147483647 FROM events_search WHERE words @@ {asked}", params


def hit_words(query: Query, headlines: Sequence[str]) -> set[str]:
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
