"""Documents → rows: the one way in which sources and publishers are written.

A document is first resolved (which publisher, which tags?) and checked, then its row is looked up, and only then
something is written. A later document adds what the row does not have; it never removes and never overwrites.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from operator import attrgetter

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from msgspec.structs import fields, replace

from sources import bulk
from sources.documents.article_tags import candidates, split_by_known
from sources.documents.characters import is_text
from sources.documents.errors import DocumentError
from sources.documents.folding import collapse, fold
from sources.documents.names import MAX_NAME, name_fault
from sources.documents.records import ArticleDocument, PublisherDocument
from sources.documents.signatures import recognise
from sources.documents.urls import is_web_address
from sources.exporter import to_document
from sources.models import Publisher, PublisherAlias, Source, title_key, url_key

# Of candidate names those that the wiki knows.
KnownNames = Callable[[Collection[str]], Collection[str]]

_FIELDS = [field.name for field in fields(ArticleDocument)]
_COLUMNS = [name for name in _FIELDS if name not in ("publisher", "seen_at", "tags_line", "furniture")]


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@transaction.atomic
def save_article(document: ArticleDocument, known_names: KnownNames | None = None) -> tuple[Source, Outcome]:
    """The source that `document` describes, new or with what the document adds.

    `known_names` helps to take an unseparated line of tags apart; what it does not know stays together as one name.
    Raises DocumentError, with nothing written, for what cannot be a source.
    """
    article = _with_tags(_with_publisher(document), known_names)
    check_article(article)
    return _write(find_source(article), article)


@transaction.atomic
def complete_source(source: Source, document: ArticleDocument) -> Outcome:
    """Fill what `source` does not say with what the article of its address says, and settle what names it had.

    Raises DocumentError, with nothing written, for what cannot be a source.
    """
    article = replace(_with_publisher(document), url=source.url)
    check_article(article)
    return _write(source, article)[1]


@transaction.atomic
def save_publisher(document: PublisherDocument) -> tuple[Publisher, Outcome]:
    """The publisher of that name or alias, new or with the homepage it lacked and the aliases that nobody has.

    Raises DocumentError, with nothing written, for what cannot be a publisher.
    """
    check_publisher(document)
    known = Publisher.objects.by_any_name([document.name, *document.aliases])
    publisher = known.get(fold(document.name))
    outcome = Outcome.UNCHANGED if publisher else Outcome.CREATED
    if not publisher:
        publisher = Publisher.objects.create(name=collapse(document.name), homepage=document.homepage)
    elif document.homepage and not publisher.homepage:
        publisher.homepage = document.homepage
        publisher.save()
        outcome = Outcome.UPDATED
    taken = {*known, publisher.key}
    for key, alias in {fold(alias): collapse(alias) for alias in document.aliases}.items():
        if key not in taken:
            PublisherAlias.objects.create(publisher=publisher, name=alias)
            outcome = outcome if outcome is Outcome.CREATED else Outcome.UPDATED
    return publisher, outcome


Cited = tuple[ArticleDocument, str]


class SourceShelf:
    """The sources that some citations name, found in a fixed number of queries and written together.

    A citation is an article and the label that readers see; the label names the publisher only if it is a known name
    or alias.
    """

    def __init__(self, cited: Collection[Cited] = ()) -> None:
        self._publishers: dict[str, Publisher | None] = {}
        self._rows = _Rows(is_locking=True)
        self._new: dict[str, Source] = {}
        self._changed: dict[str, Source] = {}
        self.load(cited)

    def load(self, cited: Collection[Cited]) -> None:
        """Look up what these citations name, as far as that was not done."""
        labels = {article.publisher or label for article, label in cited} - self._publishers.keys()
        named = Publisher.objects.by_label(labels)
        self._publishers |= {label: named[label].publisher if label in named else None for label in labels}
        self._rows.load(self._article(article, label) for article, label in cited)

    def source(self, article: ArticleDocument, label: str) -> Source:
        """The source of one of the citations, new or with what the citation adds. It is saved by `write`.

        The article must be one that `check_article` lets pass.
        """
        article = self._article(article, label)
        found = self._rows.find(article)
        former = found.key if found else ""
        source, outcome = _merged(found, article, self._publisher)
        if outcome is not Outcome.UNCHANGED:
            source.derive()
            pending = self._new if source.pk is None else self._changed
            pending.pop(former, None)
            pending[source.key] = source
            self._rows.put(source)
        return source

    def find(self, article: ArticleDocument, label: str) -> Source | None:
        """The source that the citation names, if it is one of those on the shelf."""
        return self._rows.find(self._article(article, label))

    def write(self) -> None:
        """Save what is new or has changed."""
        now = timezone.now()
        for source, pk in zip(self._new.values(), bulk.reserve(Source, len(self._new)), strict=True):
            source.pk, source.created_at, source.updated_at = pk, now, now
        columns = [field.attname for field in Source._meta.concrete_fields]
        read = attrgetter(*columns)
        bulk.insert(Source, columns, [read(source) for source in self._new.values()])
        for source in self._changed.values():
            source.save()
        self._new, self._changed = {}, {}

    def _article(self, article: ArticleDocument, label: str) -> ArticleDocument:
        known = self._publishers.get(article.publisher or label)
        name = known.name if known else collapse(article.publisher)
        return article if name == article.publisher else replace(article, publisher=name)

    def _publisher(self, name: str) -> Publisher | None:
        if name and not self._publishers.get(name):
            self._publishers[name] = _get_or_create_publisher(name)
        return self._publishers[name] if name else None


# --- Resolving --------------------------------------------------------------------------------------------


def _with_publisher(article: ArticleDocument) -> ArticleDocument:
    """`article` with its publishers under the names the wiki has for them."""
    if not article.publisher and article.furniture:
        names = {alias.name: alias.publisher.name for alias in PublisherAlias.objects.select_related("publisher")}
        article = recognise(article, names | {name: name for name in Publisher.objects.values_list("name", flat=True)})
    stated = [name for name in (article.publisher, article.seen_at) if name]
    known = Publisher.objects.by_any_name(stated) if stated else {}
    publisher, seen_at = (
        known[fold(name)].name if fold(name) in known else collapse(name)
        for name in (article.publisher, article.seen_at)
    )
    return replace(article, publisher=publisher, seen_at="" if fold(seen_at) == fold(publisher) else seen_at)


def _with_tags(article: ArticleDocument, known_names: KnownNames | None) -> ArticleDocument:
    """`article` with its line of tags as tags, and without the furniture, which has said what it could."""
    tags = article.tags
    if article.tags_line:
        known = known_names(candidates(article.tags_line)) if known_names else ()
        tags = tuple(dict.fromkeys([*tags, *split_by_known(article.tags_line, known)]))
    return replace(article, tags=tags, tags_line="", furniture=())


# --- Checking ---------------------------------------------------------------------------------------------


def check_article(article: ArticleDocument) -> None:
    """Raise DocumentError unless `article` can be written as it is."""
    if not fold(article.title) and not article.url:
        raise DocumentError("A source needs a title or an address.")
    for name in _COLUMNS:
        if isinstance(value := getattr(article, name), str):
            _check_text(name, value, _max_length(name))
    for name in ("authors", "contributors", "tags"):
        for value in getattr(article, name):
            _check_text(f"name “{value[:40]}” in {name}", value, MAX_NAME)
    _check_address(article.url)
    _check_address(article.archived_url)
    for name in (article.publisher, article.seen_at):
        if name:
            check_name(name)


def check_publisher(document: PublisherDocument) -> None:
    """Raise DocumentError unless `document` can be written as it is."""
    for name in (document.name, *document.aliases):
        check_name(name)
    _check_text("homepage", document.homepage, 2000)
    _check_address(document.homepage)


def check_name(name: str) -> None:
    """Raise DocumentError for what cannot name a publisher or a tag."""
    if fault := name_fault(name):
        raise DocumentError(fault)


def _check_text(what: str, value: str, max_length: int | None) -> None:
    if max_length is not None and len(value) > max_length:
        raise DocumentError(f"The {what} has {len(value)} characters, more than {max_length}. Shorten it.")
    if not is_text(value):
        raise DocumentError(f"The {what} holds characters that are no text. Remove them.")


def _check_address(url: str) -> None:
    if url and not is_web_address(url):
        raise DocumentError(f"“{url[:100]}” is not a web address. Give a complete one that begins with https://.")


def _max_length(column: str) -> int | None:
    field = Source._meta.get_field(column)
    return field.max_length if isinstance(field, models.Field) else None


# --- Looking up -------------------------------------------------------------------------------------------


def find_source(article: ArticleDocument) -> Source | None:
    """The row of `article`: by its address, else by publisher and title, but never one with another address.

    `article` names its publisher as the wiki does.
    """
    rows = _Rows()
    rows.load([article])
    return rows.find(article)


class _Rows:
    """The rows that some articles could be, in memory; what is to be written goes there too.

    With `is_locking` they are kept from other writers until the transaction ends.
    """

    def __init__(self, *, is_locking: bool = False) -> None:
        self._is_locking = is_locking
        self._by_key: dict[str, Source] = {}
        self._by_title: dict[str, list[Source]] = defaultdict(list)
        self._asked: set[str] = set()

    def load(self, articles: Iterable[ArticleDocument]) -> None:
        keys = {key for article in articles for key in _keys(article) if key} - self._asked
        if keys:
            self._asked |= keys
            rows = Source.objects.filter(Q(key__in=keys) | Q(title_key__in=keys))
            if self._is_locking:
                rows = rows.select_for_update(of=("self",))
            for source in rows.select_related("publisher", "seen_at").order_by("key"):
                if source.key not in self._by_key:
                    self.put(source)

    def put(self, source: Source) -> None:
        self._by_key[source.key] = source
        if source.title_key and source not in self._by_title[source.title_key]:
            self._by_title[source.title_key].append(source)

    def find(self, article: ArticleDocument) -> Source | None:
        key, title_key = _keys(article)
        if found := self._by_key.get(key):
            return found
        alike = self._by_title.get(title_key, [])
        return next((source for source in alike if not source.url or not article.url), None)


def _keys(article: ArticleDocument) -> tuple[str, str]:
    """The key and the title's key of the row that `article` would be."""
    by_title = title_key(fold(article.publisher), article.title)
    return url_key(article.url) or by_title, by_title


# --- Writing ----------------------------------------------------------------------------------------------


def merge(known: ArticleDocument, new: ArticleDocument) -> ArticleDocument:
    """`known` with what `new` says where `known` says nothing."""
    added = {name: value for name in _FIELDS if (value := getattr(new, name)) and not getattr(known, name)}
    return replace(known, **added) if added else known


def _write(source: Source | None, article: ArticleDocument) -> tuple[Source, Outcome]:
    source, outcome = _merged(source, article, _get_or_create_publisher)
    if outcome is not Outcome.UNCHANGED:
        source.save()
    return source, outcome


def _merged(
    source: Source | None, article: ArticleDocument, publisher: Callable[[str], Publisher | None]
) -> tuple[Source, Outcome]:
    """The row with what the article adds, not yet saved. `publisher` gives the one of a name."""
    known = to_document(source) if source else None
    merged = merge(known, article) if known else article
    if merged.seen_at and merged.seen_at == merged.publisher:
        merged = replace(merged, seen_at="")
    if source and merged == known:
        return source, Outcome.UNCHANGED
    outcome = Outcome.UPDATED if source else Outcome.CREATED
    source = source or Source()
    for name in _COLUMNS:
        value = getattr(merged, name)
        setattr(source, name, list(value) if isinstance(value, tuple) else value)
    source.publisher = publisher(merged.publisher)
    source.seen_at = publisher(merged.seen_at)
    return source, outcome


def _get_or_create_publisher(name: str) -> Publisher | None:
    if not name:
        return None
    return Publisher.objects.by_any_name([name]).get(fold(name)) or Publisher.objects.create(name=name)
