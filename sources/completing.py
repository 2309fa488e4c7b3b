"""Sources that are filled with what the pages of their addresses say, in the background."""

import datetime as dt
import logging
from collections.abc import Callable

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from msgspec.structs import asdict

from sources import fetching
from sources.documents import article_html
from sources.documents.errors import DocumentError
from sources.documents.records import ArticleDocument
from sources.importer import check_article, complete_source
from sources.models import Fetch, Source, url_key

Get = Callable[[str], fetching.Page]

LATER = [dt.timedelta(minutes=1), dt.timedelta(minutes=15), dt.timedelta(hours=4), dt.timedelta(days=1)]
LEASE = dt.timedelta(minutes=5)  # so long nobody else takes what a worker has begun
_ASKED_FOR = ("title", "publisher", "authors", "published_on")

logger = logging.getLogger(__name__)


def ask(url: str) -> Fetch | None:
    """Let the page of an address be fetched, unless it was; None if this site fetches nothing."""
    if not settings.FETCH:
        return None
    asked, _ = Fetch.objects.get_or_create(key=url_key(url), defaults={"url": url, "due_at": timezone.now()})
    return asked


def found_at(fetch: Fetch | None) -> ArticleDocument:
    """What the page says; an empty record as long as that is not known."""
    return msgspec.convert(fetch.found, ArticleDocument) if fetch and fetch.found else ArticleDocument()


def complete(source: Source) -> None:
    """Fill `source` with what is known of its page, and let it be fetched if nothing is. Best inside a transaction."""
    fetch = ask(source.url) if source.url else None
    if fetch and fetch.outcome == Fetch.Outcome.FOUND:
        complete_source(source, found_at(fetch))


def fetch_due(get: Get = fetching.fetch, *, limit: int = 2) -> int:
    """Fetch at most `limit` pages that are due; how many were tried. `get` asks for a page."""
    if not settings.FETCH:
        return 0
    due = list(Fetch.objects.due(timezone.now())[:limit])
    return sum(_try(fetch, get) for fetch in due)


def _try(fetch: Fetch, get: Get) -> bool:
    """Whether it was ours to try: of several workers one takes it, and nothing is locked while a server is asked."""
    now = timezone.now()
    mine = Fetch.objects.filter(pk=fetch.pk, due_at=fetch.due_at)
    if not mine.update(due_at=now + LEASE, tried_at=now, tries=fetch.tries + 1):
        return False
    fetch.tries, fetch.tried_at, fetch.due_at = fetch.tries + 1, now, None
    try:
        if fetch.tries > len(LATER) + 1:  # it was begun so often, and never ended
            raise fetching.FetchError("Reading it never came to an end.", is_final=True)
        _read(fetch, get(fetch.url))
    except fetching.FetchError as error:
        _note_error(fetch, error)
    except DocumentError as error:
        fetch.outcome, fetch.reason = Fetch.Outcome.NOTHING, error.reason[:255]
    with transaction.atomic():
        fetch.save()
        if fetch.outcome == Fetch.Outcome.FOUND:
            sources = Source.objects.select_related("publisher", "seen_at").select_for_update(of=("self",))
            for source in sources.filter(key=fetch.key):
                complete_source(source, found_at(fetch))
    logger.info("%s: %s %s", fetch.url[:200], fetch.outcome, fetch.reason)
    return True


def _read(fetch: Fetch, page: fetching.Page) -> None:
    """Note what the page says, as far as that is asked for. Raises DocumentError for one that is no article."""
    stated = asdict(article_html.read(page.data, page.charset))
    article = ArticleDocument(url=fetch.url, **{name: stated[name] for name in _ASKED_FOR})
    check_article(article)
    found = msgspec.to_builtins({name: getattr(article, name) for name in _ASKED_FOR})
    fetch.outcome, fetch.reason, fetch.found = (
        Fetch.Outcome.FOUND,
        "",
        {key: value for key, value in found.items() if value},
    )


def _note_error(fetch: Fetch, error: fetching.FetchError) -> None:
    fetch.reason = str(error)[:255]
    if error.is_gone:
        fetch.outcome = Fetch.Outcome.DEAD
    elif error.is_final or fetch.tries > len(LATER):
        fetch.outcome = Fetch.Outcome.FAILED
    else:
        fetch.due_at = timezone.now() + LATER[fetch.tries - 1]
