"""A page that nobody wrote by hand takes no reader long: the time grows as its length does."""

import io
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from events.documents import jsonl, markdown, mediawiki, wikitext, xml
from sources.documents import DocumentError, article_html, article_text

LENGTH = 100_000
SECONDS = 3  # a tenth of it is usual; what grows with the square takes minutes
EVENT = "### [2031-05-4](/news/2031/05/4/index.md)\n\n# Rain\n"
DAY = "## [2031-05-4](/news/2031/05/4/index.md)\n\n### [Rain ](/news/2031/05/4/rain.md)\n"
EXPORT = (
    "<mediawiki><page><title>Portal:Current events/2031 May 4</title>"
    "<revision><timestamp>2031-05-04T00:00:00Z</timestamp><text>"
)
ARTICLE = (
    "Weather\n\nThe river leaves its bed at Kendal\n\nBy Ann Example\n\nThe river ran through the streets of the town. "
)
HTML = '<!doctype html><meta property="og:type" content="article"><title>Rain</title><article><p>'

READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "an event page": (EVENT, markdown.read_event),
    "a day page": (DAY, markdown.read_day),
    "wikitext": (
        "{{Current events|year=2031|month=05|day=04|content=\n*",
        lambda text: wikitext.read_day(text, wikitext.date_of(text)),
    ),
    "an export": (EXPORT, lambda text: list(mediawiki.read_export(io.BytesIO(text.encode())))),
    "JSON Lines": ('{"date": "2031-05-04", "headline": "', jsonl.read),
    "XML": ("<event><date>2031-05-04</date><headline>", xml.read),
    "an article": (ARTICLE, lambda text: article_text.looks_like(text) and article_text.read(text)),
    "an article's page": (HTML, lambda text: article_html.read(text.encode())),
}
PIECES = (
    "a",
    "水",
    " ",
    "\n",
    "# a\n",
    "* a\n",
    "1. [",
    "[[a|",
    "{{a|",
    "''",
    "<p>",
    "&amp;",
    "a, ",
    "A: ",
    "(",
    "By Ann Ek, ",
)


def shapes(piece: str) -> Iterator[str]:
    yield piece * (LENGTH // len(piece))
    yield f"{piece}\n" * (LENGTH // (len(piece) + 1))
    yield piece + " " * LENGTH
    yield piece + "a" * LENGTH


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Ends what takes too much of the processor's time."""

    def give_up(number: int, frame: object) -> None:
        raise TimeoutError(f"more than {SECONDS} seconds")

    before = signal.signal(signal.SIGVTALRM, give_up)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
@pytest.mark.parametrize("reader", READERS)
def test_the_same_a_hundred_thousand_times_is_read_or_refused_at_once(reader: str, piece: str) -> None:
    start, read = READERS[reader]
    for text in shapes(piece):
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)  # gives up, so that a failure does not take minutes
        with suppress(DocumentError):
            read(start + text)
