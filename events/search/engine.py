"""Which engine searches: that of the database."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from django.db import connection

from events.search import postgresql, sqlite
from events.search.query import Query
from events.search.texts import Hit, Row


class Engine(Protocol):
    """What both can do."""

    def newest(
        self, query: Query, facets: Sequence[str], keys: tuple[int, int], limit: int, *, is_ranked: bool
    ) -> list[Hit]:
        """The hits that have all the facets, with the highest of the keys between the two: `limit` at most.

        They have their weights if they are to be ranked. There must be a wanted term or a facet.
        """

    def oldest(self, query: Query, facets: Sequence[str], keys: tuple[int, int]) -> int | None:
        """The lowest key of a hit that has all the facets. There must be a wanted term or a facet."""

    def has_any(self, query: Query, keys: tuple[int, int]) -> bool:
        """Whether there is a hit between the two keys. There must be a wanted term."""

    def select_events(self, query: Query) -> tuple[str, list[str]]:
        """SQL for the ids of all events, public or not, that the query finds, and its parameters."""

    def hit_words(self, query: Query, headlines: Sequence[str]) -> set[str]:
        """The words of folded headlines that the query asks for. There must be a wanted term."""

    def write(self, rows: Iterable[Row], gone: Collection[int]) -> None:
        """Take the rows with the keys `gone` away, then add `rows`."""

    def wipe(self) -> None:
        """Let nothing be left of what is gone."""

    def settle(self) -> None:
        """Do what many additions have put off."""

    def keys(self) -> list[int]:
        """The keys of all rows."""


_ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql}
engine = _ENGINES[connection.vendor]
