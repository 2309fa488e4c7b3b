"""When two documents tell one event, and what the event then says."""

import datetime as dt

import pytest
from msgspec.structs import replace

from events.documents.headlines import is_same_event
from events.documents.merging import merge
from events.documents.names import join_names, split_line, split_names
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.documents.slugs import hashed_slug, headline_slug
from sources.documents.folding import fold

DATE = dt.date(2031, 5, 4)
PREFIXED = EventDocument(
    date=DATE,
    slug="flood-the-river-kent-leaves-its-bed",
    language="en",
    headline="Flood: The river Kent leaves its bed.",
    tags=("Flood", "Kent"),
    topics=("Flood",),
    citations=(CitationDocument(label="Reuters", url="https://reuters.example/1"),),
)
PLAIN = EventDocument(
    date=DATE,
    slug="the-river-kent-leaves-its-bed",
    language="en",
    category="Disasters and accidents",
    headline="The river Kent  leaves its bed.",
    tags=("flood", "Rivers"),
    topics=("flood",),
    citations=(CitationDocument(label="Reuters"), CitationDocument(label="BBC")),
)


def test_headlines_that_differ_by_a_topic_before_them_and_by_blanks_tell_one_event() -> None:
    assert is_same_event(PREFIXED, PLAIN)


def test_a_prefix_that_is_no_topic_of_either_makes_another_event() -> None:
    assert not is_same_event(replace(PREFIXED, tags=(), topics=()), replace(PLAIN, tags=(), topics=()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Malawi reports its first case of COVID-19.", "Fiji reports its first case of COVID-19."),
        ("An earthquake kills 12 people in Peru.", "An earthquake kills 21 people in Peru."),
    ],
)
def test_headlines_that_only_look_alike_tell_two_events(one: str, other: str) -> None:
    shared = (CitationDocument(url="https://reuters.example/live"),)
    documents = [
        EventDocument(date=DATE, headline=headline, tags=(headline.split()[0],), citations=shared)
        for headline in (one, other)
    ]
    assert not is_same_event(*documents)


def test_one_address_the_same_names_and_numbers_and_nearly_the_same_words_tell_one_event() -> None:
    one = EventDocument(
        date=DATE,
        headline="An earthquake kills 12 people in the south of Peru.",
        tags=("Peru",),
        citations=(CitationDocument(url="http://www.reuters.example/1/"),),
    )
    other = replace(
        one,
        headline="An earthquake kills 12 people in the South of Perú.",
        citations=(CitationDocument(url="https://reuters.example/1?utm_source=x"),),
    )
    assert is_same_event(one, other)


def test_the_order_of_two_documents_does_not_matter_for_headline_slug_and_citations() -> None:
    for merged in (merge(PREFIXED, PLAIN), merge(PLAIN, PREFIXED)):
        assert merged.headline == PREFIXED.headline
        assert merged.slug == PREFIXED.slug
        assert merged.old_slugs == (PLAIN.slug,)
        assert merged.category == "Disasters and accidents"
        assert {fold(tag) for tag in merged.tags} == {"flood", "kent", "rivers"}
        assert [fold(topic) for topic in merged.topics] == ["flood"]
        assert set(merged.citations) == {*PREFIXED.citations, CitationDocument(label="BBC")}


def test_merging_the_same_again_changes_nothing() -> None:
    merged = merge(PREFIXED, PLAIN)
    assert merge(merged, PLAIN) == merged == merge(merged, PREFIXED)


def test_a_slug_that_came_with_a_document_stands_before_one_made_of_the_headline() -> None:
    given = replace(PLAIN, slug="kent")
    for merged in (merge(PLAIN, given), merge(given, PLAIN), merge(given, replace(PLAIN, slug=""))):
        assert merged.slug == "kent"
        assert merged.old_slugs == ("the-river-kent-leaves-its-bed",)


def test_what_links_said_of_a_stub_gives_way_to_its_own_document_in_either_order() -> None:
    stub = EventDocument(
        date=DATE,
        slug=PLAIN.slug,
        language="en",
        headline=PLAIN.headline,
        tags=("From a link",),
        is_stub=True,
        is_unsourced=True,
    )
    assert merge(stub, PLAIN) == PLAIN == merge(PLAIN, stub)


def test_a_summary_cut_short_on_a_day_page_gives_way_and_another_one_is_not_touched() -> None:
    def summaries(old: str, new: str) -> str:
        return merge(replace(PLAIN, summary=old), replace(PLAIN, summary=new)).summary

    assert summaries("Rain fell for …", "Rain fell for three days.") == "Rain fell for three days."
    assert summaries("Rain fell for three days.", "Rain fell for …") == "Rain fell for three days."
    assert summaries("", "Rain.") == "Rain."
    assert summaries("Rain.", "Snow.") == "Rain."


def test_links_that_an_event_has_keep_their_order_kind_and_note() -> None:
    link = RelatedDocument(date=DATE, slug="a", headline="A", note="Why")
    other = RelatedDocument(date=DATE, slug="b", headline="B")
    merged = merge(replace(PLAIN, related=(link,)), replace(PLAIN, related=(other, replace(link, note=""))))
    assert merged.related == (link, other)


def test_slugs_are_cut_before_they_are_made() -> None:
    assert headline_slug("A-B’s “C”: 1.5 – x", "en") == "a-b-s-c-1-5-x"
    assert headline_slug("x" * 137 + " yz", "en") == "x" * 137
    assert headline_slug("洪水" * 40, "zh") == "洪水" * 30


def test_a_slug_that_is_empty_or_reserved_gets_a_hash_of_the_headline() -> None:
    assert headline_slug("?!", "en") == hashed_slug("", "?!") != headline_slug("!?", "en")
    assert headline_slug("Index", "en").startswith("index-")


def test_typed_names_are_apart_at_commas_except_between_quotes() -> None:
    names = ("Paris, Texas", "Kendal", 'The "Kent"')
    assert split_names(join_names(names)) == names
    assert split_names(" a ,,A, b ") == ("a", "b")


def test_an_archives_line_is_split_by_the_longest_known_name() -> None:
    assert split_line("A, B, 2016, C", {"b, 2016", "a, b, 2016"}) == ("A, B, 2016", "C")
    assert split_line("A, B, 2016, C", ()) == ("A", "B", "2016", "C")


def test_keys_fold_case_dashes_quotes_blanks_and_underscores() -> None:
    assert fold(" Russia–United_States  ‘Relations’ ") == "russia-united states 'relations'"
    assert fold("ＡＢ") == "ab"
