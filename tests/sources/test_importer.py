"""Sources and publishers are written by one service that adds and never takes away."""

import datetime as dt
from collections.abc import Collection
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from sources.documents import ArticleDocument, DocumentError, PublisherDocument
from sources.documents.article_text import read
from sources.exporter import to_document, to_publisher_document
from sources.importer import Outcome, SourceShelf, save_article, save_publisher
from sources.models import Publisher, Source


def cite(label: str, **what: Any) -> Source:
    """The source of one citation."""
    article = ArticleDocument(**what)
    shelf = SourceShelf([(article, label)])
    source = shelf.source(article, label)
    shelf.write()
    return source


SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"
pytestmark = pytest.mark.django_db

FULL = ArticleDocument(
    url="https://news.example.org/bridge",
    archived_url="https://archive.example/2019/https://news.example.org/bridge",
    title="Council votes to close the bridge",
    publisher="The Larkfield Courier",
    seen_at="Hill Radio",
    section="Transport",
    authors=("Ann Example", "Bob Sample"),
    contributors=("Eve Test",),
    published_on=dt.date(2019, 3, 4),
    updated="5:10 p.m.",
    tags=("Bridges", "Larkfield"),
    caption="The bridge on Sunday.",
    credit="Carol Roe / Example Pictures",
    abstract="The bridge closes until 2021.",
    copyright="2019 The Larkfield Courier",
    body="The council voted.\n\nThe ferry runs.",
)


def rows() -> list[ArticleDocument]:
    return sorted((to_document(source) for source in Source.objects.all()), key=repr)


def test_a_document_becomes_a_row_and_the_row_the_same_document() -> None:
    source, outcome = save_article(FULL)
    assert outcome is Outcome.CREATED
    assert to_document(Source.objects.get()) == FULL
    assert source.publisher == Publisher.objects.get(name="The Larkfield Courier")


def test_the_same_document_again_changes_nothing() -> None:
    source, _ = save_article(FULL)
    before = Source.objects.values().get()
    assert save_article(FULL) == (source, Outcome.UNCHANGED)
    assert Source.objects.values().get() == before


def test_a_later_document_adds_what_was_missing_and_overwrites_nothing() -> None:
    save_article(ArticleDocument(title=FULL.title, publisher=FULL.publisher, tags=("Bridges",), section="Local"))
    _, outcome = save_article(FULL)
    assert outcome is Outcome.UPDATED
    kept = to_document(Source.objects.get())
    assert (kept.section, kept.tags) == ("Local", ("Bridges",))
    assert (kept.authors, kept.body, kept.url) == (FULL.authors, FULL.body, FULL.url)
    assert save_article(ArticleDocument(url=FULL.url))[1] is Outcome.UNCHANGED


def test_a_source_is_found_by_its_address_however_it_is_written() -> None:
    source, _ = save_article(FULL)
    again, outcome = save_article(ArticleDocument(url="http://www.news.example.org/bridge/?utm_source=x#top"))
    assert (again, outcome) == (source, Outcome.UNCHANGED)


def test_a_source_is_found_by_publisher_and_folded_title() -> None:
    source, _ = save_article(FULL)
    same = ArticleDocument(title="COUNCIL votes  to close the bridge", publisher="the larkfield courier")
    assert save_article(same) == (source, Outcome.UNCHANGED)
    other = ArticleDocument(title=FULL.title, publisher="Another Courier")
    assert save_article(other)[1] is Outcome.CREATED


def test_two_addresses_are_two_sources_with_the_same_title() -> None:
    save_article(FULL)
    other = ArticleDocument(title=FULL.title, publisher=FULL.publisher, url="https://news.example.org/bridge-2")
    assert save_article(other)[1] is Outcome.CREATED
    assert Source.objects.count() == 2


def test_the_order_of_the_documents_does_not_matter() -> None:
    documents = [
        ArticleDocument(title=FULL.title, publisher=FULL.publisher, body=FULL.body),
        ArticleDocument(title=FULL.title, publisher=FULL.publisher, url=FULL.url, authors=FULL.authors),
        ArticleDocument(url=FULL.url, published_on=FULL.published_on, title=FULL.title, publisher=FULL.publisher),
    ]
    results = []
    for order in permutations(documents):
        with transaction.atomic():
            for document in order:
                save_article(document)
            results.append(rows())
            transaction.set_rollback(True)
    assert len(results[0]) == 1
    assert all(result == results[0] for result in results)


def test_a_site_that_turns_out_to_be_the_publisher_is_no_other_site() -> None:
    save_article(ArticleDocument(url=FULL.url, seen_at="Hill Radio"))
    source, _ = save_article(ArticleDocument(url=FULL.url, publisher="Hill Radio"))
    assert (str(source.publisher), source.seen_at) == ("Hill Radio", None)


def test_an_alias_names_the_publisher_itself() -> None:
    save_publisher(PublisherDocument(name="The Larkfield Courier", aliases=("Courier.TV",)))
    source, _ = save_article(ArticleDocument(title="T", publisher="courier.tv", seen_at="The Larkfield Courier"))
    assert to_document(source).publisher == "The Larkfield Courier"
    assert source.seen_at is None


def test_the_furniture_of_a_text_names_publisher_and_site() -> None:
    save_publisher(PublisherDocument(name="Example News"))
    save_publisher(PublisherDocument(name="Hill Radio", aliases=("Hill Country Public Radio",)))
    document = ArticleDocument(
        title="T",
        copyright="2020 Example News",
        furniture=("© 2024 Hill Country Public Radio", "Copyright 2020 Example News."),
    )
    source, _ = save_article(document)
    assert (str(source.publisher), str(source.seen_at)) == ("Example News", "Hill Radio")
    assert save_article(document) == (source, Outcome.UNCHANGED)


def test_furniture_that_names_nobody_known_makes_no_publisher() -> None:
    before = Publisher.objects.count()
    source, _ = save_article(ArticleDocument(title="T", copyright="2020 Who", furniture=("© 2020 Who", "Menu")))
    assert (source.publisher, source.seen_at, Publisher.objects.count()) == (None, None, before)


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Ida Exampleton Omar Test", ["Ida Exampleton", "Omar Test"]),
        ("House of Cards Ida Exampleton Space", ["House of Cards", "Ida Exampleton", "Space"]),
        ("Something New Omar Test", ["Something New", "Omar Test"]),
        ("Nobody Knows This", ["Nobody Knows This"]),
    ],
)
def test_known_names_take_a_line_of_tags_apart_and_nothing_is_lost(line: str, tags: list[str]) -> None:
    known = {"Ida Exampleton", "Omar Test", "House of Cards", "Cards", "Test"}

    def known_names(names: Collection[str]) -> Collection[str]:
        return known.intersection(names)

    source, _ = save_article(ArticleDocument(title="T", tags_line=line), known_names)
    assert source.tags == tags


def test_without_known_names_a_line_of_tags_is_one_name() -> None:
    assert save_article(ArticleDocument(title="T", tags=("A",), tags_line="B C"))[0].tags == ["A", "B C"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "needs a title or an address"),
        ({"title": "  "}, "needs a title or an address"),
        ({"title": "x" * 2001}, "title has 2001 characters, more than 2000"),
        ({"title": "T", "section": "x" * 256}, "section has 256 characters"),
        ({"title": "T", "copyright": "x" * 501}, "copyright has 501"),
        ({"title": "T", "authors": ("x" * 256,)}, "in authors has 256"),
        ({"title": "T", "tags_line": "x" * 256}, "in tags has 256"),
        ({"title": "T", "publisher": "x" * 256}, "256 characters, at most 255"),
        ({"title": "T", "publisher": "ﷺ" * 100}, "at most 255 fit"),
        ({"title": "T", "body": "a\x00b"}, "body holds characters that are no text"),
        ({"title": "T\ud800"}, "title holds characters that are no text"),
        ({"url": "javascript:alert(1)"}, "is not a web address"),
        ({"url": "https://e.org/" + "x" * 2000}, "url has 2014 characters"),
    ],
)
def test_what_cannot_be_a_source_is_refused_and_nothing_is_written(fields: dict[str, Any], reason: str) -> None:
    before = Publisher.objects.count()
    with pytest.raises(DocumentError, match=reason):
        save_article(ArticleDocument(**fields))
    assert (Source.objects.count(), Publisher.objects.count()) == (0, before)


def test_a_publisher_is_created_once_and_gains_what_it_lacked() -> None:
    publisher, outcome = save_publisher(PublisherDocument(name="Hill Radio"))
    assert outcome is Outcome.CREATED
    full = PublisherDocument(
        name="hill radio", aliases=("HCR", "Hill Country Radio"), homepage="https://hcr.example.org"
    )
    assert save_publisher(full) == (publisher, Outcome.UPDATED)
    assert save_publisher(full) == (publisher, Outcome.UNCHANGED)
    assert save_publisher(PublisherDocument(name="HCR", homepage="https://other.example.org"))[1] is Outcome.UNCHANGED
    publisher.refresh_from_db()
    assert to_publisher_document(publisher) == PublisherDocument(
        name="Hill Radio", aliases=("HCR", "Hill Country Radio"), homepage="https://hcr.example.org"
    )


def test_an_alias_that_another_publisher_has_stays_with_it() -> None:
    first, _ = save_publisher(PublisherDocument(name="Hill Radio", aliases=("HCR",)))
    second, _ = save_publisher(PublisherDocument(name="Hood County Radio", aliases=("HCR", "Hill Radio", "Hood Radio")))
    assert [alias.name for alias in first.aliases.all()] == ["HCR"]
    assert [alias.name for alias in second.aliases.all()] == ["Hood Radio"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (PublisherDocument(name=" "), "holds nothing that names"),
        (PublisherDocument(name="A", aliases=("",)), "holds nothing that names"),
        (PublisherDocument(name="A", homepage="example.org"), "is not a web address"),
        (PublisherDocument(name="A", aliases=("x" * 256,)), "has 256 characters"),
    ],
)
def test_what_cannot_be_a_publisher_is_refused(document: PublisherDocument, reason: str) -> None:
    before = Publisher.objects.count()
    with pytest.raises(DocumentError, match=reason):
        save_publisher(document)
    assert Publisher.objects.count() == before


def test_a_citation_finds_or_makes_its_source() -> None:
    save_publisher(PublisherDocument(name="Hill Radio", aliases=("HCR",)))
    source = cite("hcr", url="https://hcr.example.org/1")
    assert str(source.publisher) == "Hill Radio"
    again = cite("", url="https://hcr.example.org/1/", title="One", authors=("Ann Example",))
    assert (again, again.title, again.authors) == (source, "One", ["Ann Example"])


def test_a_label_that_nobody_knows_names_no_publisher() -> None:
    before = Publisher.objects.count()
    assert cite("2016", url="https://e.example.org/1").publisher is None
    assert Publisher.objects.count() == before


def test_a_stated_publisher_is_made_and_comes_before_the_label() -> None:
    save_publisher(PublisherDocument(name="Hill Radio"))
    source = cite("Hill Radio", title="One", publisher="New Press")
    assert str(source.publisher) == "New Press"


def test_the_seeds_give_the_same_rows_in_both_orders() -> None:
    paths = [next(SEEDS.glob(f"{number}_*.txt"), None) for number in ("001", "002")] if SEEDS.is_dir() else [None]
    results = []
    for order in permutations(paths):
        with transaction.atomic():
            for path in order:
                if path is None:
                    pytest.skip("the seed documents are not there")
                document = read(path.read_text(encoding="utf-8"))
                assert save_article(document)[1] is Outcome.CREATED
                assert save_article(document)[1] is Outcome.UNCHANGED
            results.append(rows())
            transaction.set_rollback(True)
    assert results[0] == results[1]
    assert {(row.publisher, row.seen_at) for row in results[0]} == {("The Hill", ""), ("NPR", "KCUR")}
