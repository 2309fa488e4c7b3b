"""Two people change one event from the same state: what both meant holds, and what contradicts is told."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.choices import LinkKind, Status
from events.documents.records import CitationDocument, EventDocument, ImageDocument, RelatedDocument
from events.documents.three_way import ORDER, merge_three

DATE = dt.date(2031, 5, 4)
REUTERS = CitationDocument(label="Reuters", url="https://reuters.example/1")
BBC = CitationDocument(label="BBC")
AP = CitationDocument(label="AP")
FLOOD = RelatedDocument(date=DATE, slug="flood", headline="A flood.", kind=LinkKind.PINNED)
BASE = EventDocument(
    date=DATE,
    slug="kent",
    language="en",
    headline="The river Kent rises.",
    topics=("Flood",),
    tags=("Flood", "Kent"),
    citations=(REUTERS, BBC),
    related=(FLOOD,),
)


def merged(theirs: dict[str, Any], mine: dict[str, Any]) -> tuple[EventDocument, tuple[str, ...]]:
    document, overlaps = merge_three(BASE, replace(BASE, **theirs), replace(BASE, **mine))
    return document, tuple(overlap.field for overlap in overlaps)


def test_fields_that_only_one_side_changed_are_merged() -> None:
    theirs = {"headline": "The river Kent leaves its bed.", "status": Status.WITHDRAWN, "withdrawn_reason": "A drill."}
    mine = {"summary": "It rained.", "image": ImageDocument(url="/kent.webp")}
    assert merged(theirs, mine) == (replace(BASE, **theirs, **mine), ())


def test_a_field_that_both_changed_overlaps_unless_both_say_the_same() -> None:
    document, overlaps = merged({"summary": "It rained."}, {"summary": "It snowed."})
    assert (document.summary, overlaps) == ("It snowed.", ("summary",))
    assert merged({"summary": "It rained.\r\nA lot."}, {"summary": "It rained.\nA lot."})[1] == ()


def test_a_state_and_its_reason_are_one_decision() -> None:
    theirs = {"status": Status.WITHDRAWN, "withdrawn_reason": "A drill."}
    assert merged(theirs, {"status": Status.DRAFT})[1] == ("status",)


def test_names_that_each_side_added_and_took_away_all_hold() -> None:
    document, overlaps = merged(
        {"tags": ("Flood", "Kent", "Rain"), "topics": ("Flood",)}, {"tags": ("Kent", "Rivers"), "topics": ()}
    )
    assert (document.topics, document.tags, overlaps) == ((), ("Kent", "Rain", "Rivers"), ())


def test_names_are_known_by_the_key_they_have_today() -> None:
    keys = {"Kent": "kent", "River Kent": "kent"}
    mine = replace(BASE, tags=("Flood", "River Kent", "Rain"))
    document, _ = merge_three(BASE, replace(BASE, tags=("Flood",)), mine, lambda name: keys.get(name, name))
    assert document.tags == ("Flood", "River Kent", "Rain")


def test_rows_are_merged_one_by_one() -> None:
    theirs = {"citations": (replace(REUTERS, label="Reuters (wire)"), BBC, AP)}
    document, overlaps = merged(theirs, {"citations": (REUTERS,), "related": ()})
    assert ([row.label for row in document.citations], overlaps) == (["Reuters (wire)", "AP"], ())
    assert document.related == ()


def test_a_row_that_one_side_changed_and_the_other_took_away_overlaps() -> None:
    document, overlaps = merged({"related": (replace(FLOOD, note="The same river."),)}, {"related": ()})
    assert (document.related, overlaps) == ((), ("related",))
    document, overlaps = merged({"citations": (BBC,)}, {"citations": (replace(REUTERS, label="R."), BBC)})
    assert ([row.label for row in document.citations], overlaps) == (["R.", "BBC"], ("citations",))


def test_the_order_is_that_of_who_changed_it_with_the_rows_of_the_other_in_their_places() -> None:
    document, overlaps = merged({"citations": (BBC, REUTERS)}, {"citations": (REUTERS, AP, BBC)})
    assert ([row.label for row in document.citations], overlaps) == (["BBC", "Reuters", "AP"], ())


def test_two_new_orders_overlap() -> None:
    base = replace(BASE, citations=(REUTERS, BBC, AP))
    theirs, mine = (replace(base, citations=rows) for rows in ((BBC, REUTERS, AP), (AP, REUTERS, BBC)))
    document, (overlap,) = merge_three(base, theirs, mine)
    assert (document.citations, overlap.key) == (mine.citations, ORDER)
    assert merge_three(base, theirs, mine, decided=[overlap.id]) == (theirs, ())


def test_two_citations_of_one_label_are_two() -> None:
    document, overlaps = merged({"citations": (REUTERS, BBC, AP)}, {"citations": (REUTERS, BBC, BBC)})
    assert ([row.label for row in document.citations], overlaps) == (["Reuters", "BBC", "AP", "BBC"], ())


@pytest.mark.parametrize("is_decided", [False, True])
def test_what_is_decided_for_the_other_side_is_as_that_side_says(is_decided: bool) -> None:
    theirs = replace(BASE, headline="One.", citations=(replace(REUTERS, label="One"), BBC))
    mine = replace(BASE, headline="Two.", citations=(replace(REUTERS, label="Two"), BBC))
    ids = [overlap.id for overlap in merge_three(BASE, theirs, mine)[1]]
    assert len(ids) == 2
    assert merge_three(BASE, theirs, mine, decided=ids if is_decided else ())[0] == (theirs if is_decided else mine)


def test_an_event_from_which_both_took_a_citation_is_unsourced() -> None:
    document, _ = merged({"citations": (REUTERS,)}, {"citations": (BBC,)})
    assert (document.citations, document.is_unsourced) == ((), True)


labels = st.lists(st.sampled_from("abcd").map(lambda label: CitationDocument(label=label)), max_size=4)
names = st.lists(st.sampled_from(["Kent", "Rain", "Mud", "Flood"]), max_size=4, unique=True)
states = st.builds(
    lambda headline, citations, tags, related: replace(
        BASE, headline=headline, citations=tuple(citations), tags=("Flood", *tags), related=related, is_unsourced=False
    ),
    st.sampled_from(["One.", "Two.", "Three."]),
    labels,
    names.filter(lambda found: "Flood" not in found),
    st.sampled_from([(), (FLOOD,), (replace(FLOOD, note="Why."),)]),
)


@given(states, states)
def test_a_side_that_changed_nothing_takes_the_other(base: EventDocument, changed: EventDocument) -> None:
    sourced = {"is_unsourced": changed.is_unsourced}
    for theirs, mine in ((changed, base), (base, changed), (changed, changed)):
        document, overlaps = merge_three(base, theirs, mine)
        assert (replace(document, **sourced), overlaps) == (changed, ())


@given(states, states, states)
def test_every_word_of_mine_that_is_new_stands_in_the_merged_event(
    base: EventDocument, theirs: EventDocument, mine: EventDocument
) -> None:
    document, overlaps = merge_three(base, theirs, mine)
    if mine.headline != base.headline:
        assert document.headline == mine.headline
    assert set(mine.tags) - set(base.tags) <= set(document.tags)
    assert {row.label for row in mine.citations} - {row.label for row in base.citations} <= {
        row.label for row in document.citations
    }
    decided, left = merge_three(base, theirs, mine, decided=[overlap.id for overlap in overlaps])
    assert left == ()
    assert decided.headline == (theirs if theirs.headline != base.headline else mine).headline


def test_what_is_decided_is_undone_also_where_only_one_side_changed_it() -> None:
    mine = replace(BASE, headline="Two.", citations=(BBC, replace(REUTERS, label="Two")), related=())
    theirs = replace(BASE, headline="One.", citations=(replace(REUTERS, label="One"), BBC))
    ids = [overlap.id for overlap in merge_three(BASE, theirs, mine)[1]]
    document, overlaps = merge_three(theirs, theirs, mine, decided=ids)
    assert (document, overlaps) == (replace(theirs, citations=theirs.citations[::-1], related=()), ())
