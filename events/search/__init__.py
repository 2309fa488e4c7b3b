"""Full-text search: one interface over SQLite's FTS5 and PostgreSQL's tsvector.

Text is folded to words (`words.py`), and what people type is parsed (`query.py`), without a database. Rows say what
events say (`texts.py`, `rows.py`), the engines find them, and `finding.py` is what pages ask.
"""

from events.search.finding import MOST, Found, Narrowed, Order, find, has_hits, hit_words, select_events
from events.search.marking import mark
from events.search.query import Query, Term, parse
from events.search.rows import AT_ONCE, catch_up, check, forget, install, refresh, uninstall
from events.search.suggesting import help_with
from events.search.texts import Hit
from events.search.words import fold_words

__all__ = [
    "AT_ONCE",
    "MOST",
    "Found",
    "Hit",
    "Narrowed",
    "Order",
    "Query",
    "Term",
    "catch_up",
    "check",
    "find",
    "fold_words",
    "forget",
    "has_hits",
    "help_with",
    "hit_words",
    "install",
    "mark",
    "parse",
    "refresh",
    "select_events",
    "uninstall",
]
