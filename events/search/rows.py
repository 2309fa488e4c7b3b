"""The rows of the search follow the events.

Triggers note which events change, whoever changes them (schema.py). Whoever writes events calls `refresh` for them in
the same transaction, so what is withdrawn or erased is gone at once. What else was noted, as for a changed name of
a publisher, and what has no row yet, as after `loaddata`, is caught up by the worker, and a little of it before every
search.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import InternalError, OperationalError, connection, transaction

from events.models import Event, Tag, TagAlias
from events.search import schema
from events.search.engine import engine
from events.search.schema import execute, fetch
from events.search.texts import Row, read, spellings
from events.search.words import fold_words
from sources.bulk import chunks

CHUNK = 2000  # events read together
READ_ONLY = "25006"  # PostgreSQL's code of the refusal to write
AT_ONCE = 4000  # events that a merge of names keeps somebody waiting for; the worker does the others


def refresh(events: Iterable[int] | None = None, limit: int | None = None) -> int:
    """Let the rows of these events, or of those that changed, say what the events say now; returns of how many.

    Without `events` at most `limit` are done. An event that another transaction has locked keeps its note for later.
    """
    done = 0
    if events is not None:
        for chunk in chunks(sorted(set(events)), CHUNK):
            done += _refresh(chunk)
        return done
    while limit is None or done < limit:
        noted = _noted(min(CHUNK, limit - done) if limit else CHUNK)
        if not noted or not (count := _refresh(noted)):
            break
        done += count
    return done


def follow(limit: int) -> None:
    """Refresh a few of the events that changed, unless somebody else is writing: a reader waits for nobody.

    Nor where nobody can write, as on a standby, which the first database brings up to date.
    """
    with _impatient():
        try:
            refresh(limit=limit)
        except (OperationalError, InternalError) as error:
            is_standby = getattr(error.__cause__, "sqlstate", "") == READ_ONLY or "readonly" in str(error)
            if not is_standby and "locked" not in str(error):
                raise


@contextmanager
def _impatient() -> Iterator[None]:
    """On SQLite, where one writes at a time, be refused at once; on PostgreSQL locked rows are passed over anyhow."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    [(patience,)] = fetch("PRAGMA busy_timeout")
    execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        execute(f"PRAGMA busy_timeout = {patience}")


def _noted(limit: int) -> list[int]:
    """Events that changed, and those that are newer than the newest row."""
    rows = fetch(
        """SELECT DISTINCT event FROM events_searchmark UNION
        SELECT id FROM events_event WHERE id > (SELECT COALESCE(MAX(event), 0) FROM events_searchrow)
        ORDER BY 1 DESC LIMIT %s""",
        [limit],
    )
    return [event for (event,) in rows]


def catch_up() -> None:
    """Refresh all that was noted, and what has no row though nobody noted it: for the worker."""
    refresh()
    counts = "SELECT (SELECT COUNT(*) FROM events_event), (SELECT COUNT(*) FROM events_searchrow)"
    [(events, rows)] = fetch(counts)
    if events != rows:
        check()


def _refresh(events: list[int]) -> int:
    with transaction.atomic():
        ours = _ours(events)
        _note_done(ours)
        _write(*_differences(ours))
    return len(ours)


def _ours(events: list[int]) -> list[int]:
    """Of the events those that no other transaction is writing: locked until ours ends, or no longer there."""
    if connection.vendor != "postgresql":
        return events
    there = {event for (event,) in fetch("SELECT id FROM events_event WHERE id = ANY(%s)", [events])}
    locked = fetch("SELECT id FROM events_event WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED", [events])
    return [*(event for (event,) in locked), *(event for event in events if event not in there)]


def _differences(events: Collection[int]) -> tuple[list[Row], dict[int, int]]:
    """The rows that are to be written anew, and the keys to take away, by event."""
    rows_of = f"SELECT event, key, digest FROM events_searchrow WHERE event IN ({_marks(events)})"
    stored = {event: (key, digest) for event, key, digest in fetch(rows_of, list(events))} if events else {}
    rows = read(events)
    changed = [row for row in rows if stored.get(row.event) != (row.key, row.digest)]
    stale = stored.keys() - {row.event for row in rows} | {row.event for row in changed}
    return changed, {event: stored[event][0] for event in stale if event in stored}


def _write(rows: list[Row], gone: Mapping[int, int]) -> None:
    if not rows and not gone:
        return
    engine.write(rows, gone.values())
    _delete("events_searchrow", gone)
    of_rows = {"event": "bigint", "key": "bigint", "digest": "text"}
    schema.add("events_searchrow", of_rows, [(row.event, row.key, row.digest) for row in rows])
    schema.add("events_searchword", {"word": "text"}, [(word,) for word in sorted(spellings(rows))])


@dataclass(slots=True)
class Checked:
    """How many events there are, how many rows were missing or said something old, and how many had no event."""

    events: int = 0
    repaired: int = 0
    superfluous: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.repaired and not self.superfluous


def check(*, repairs: bool = True) -> Checked:
    """Compare every event with its row, and put right what is wrong, unless without `repairs`: then nobody waits."""
    strays, lost = _strays(repairs=repairs)
    found = Checked(superfluous=strays)
    for chunk in chunks(Event.objects.order_by("pk").values_list("pk", flat=True).iterator(CHUNK), CHUNK):
        if repairs:
            with transaction.atomic():
                rows, gone = _differences(ours := _ours(chunk))
                _note_done(ours)
                _write(rows, gone)
        else:
            rows, _ = _differences(chunk)
        found.events += len(chunk)
        found.repaired += len({row.event for row in rows} | lost.intersection(chunk))
    return found


def _strays(*, repairs: bool) -> tuple[int, set[int]]:
    """How much of the index is no event's, and the events that are not in it though noted; `repairs` drop both."""
    with transaction.atomic() if repairs else nullcontext():
        rows = dict(fetch("SELECT key, event FROM events_searchrow"))
        events = set(Event.objects.values_list("pk", flat=True))
        indexed = set(engine.keys())
        strays = {key for key in indexed if rows.get(key) not in events}
        lost = {event for key, event in rows.items() if key not in indexed}
        if repairs:
            engine.write([], strays)
            _delete("events_searchrow", [*lost, *(rows[key] for key in strays if key in rows)])
    return len(strays), lost


def forget(text: str) -> None:
    """Let nothing be left of the words of an erased text that no name of a tag holds any more."""
    for word in set(fold_words(text).split()):
        keys = [
            key
            for model in (Tag, TagAlias)
            for key in model._default_manager.filter(key__contains=word).values_list("key", flat=True)
        ]
        if word not in fold_words(" ".join(keys)).split():
            execute("DELETE FROM events_searchword WHERE word = %s", [word])
    engine.wipe()


def clear() -> None:
    """Forget all rows."""
    for table in ("events_search", "events_searchrow", "events_searchmark", "events_searchword"):
        execute(f"DELETE FROM {table}")


def install(plan: object = None, **kwargs: Any) -> None:
    """Make tables and triggers after a migration, and rows for the events that have none. Idempotent.

    After a flush, which comes without a plan, only the rows of the events that are gone are to go.
    """
    if plan is None:
        if not Event.objects.exists():
            clear()
        return
    schema.make_tables()
    if schema.make_triggers() and (plan or fetch("SELECT COUNT(*) FROM events_searchrow")[0][0] == 0):
        check()


def uninstall(plan: object = None, **kwargs: Any) -> None:
    """Take the triggers away before a migration, which may alter the tables that they name."""
    if plan:
        schema.drop_triggers()


def _note_done(events: Collection[int]) -> None:
    _delete("events_searchmark", events)


def _delete(table: str, events: Collection[int]) -> None:
    for chunk in chunks(events, CHUNK):
        execute(f"DELETE FROM {table} WHERE event IN ({_marks(chunk)})", chunk)


def _marks(values: Collection[int]) -> str:
    return ", ".join(["%s"] * len(values))
