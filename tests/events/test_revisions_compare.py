"""What differs between two states of an event, in words."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from events.choices import LinkKind, Status
from events.documents.jsonl import INTERNAL
from events.documents.records import CitationDocument, CorrectionDocument, EventDocument, ImageDocument, RelatedDocument
from events.revisions import Change, Piece, compare, compare_words

EVENT = EventDocument(date=dt.date(2021, 3, 4), headline="A dam is opened.")
LINK = RelatedDocument(date=EVENT.date, slug="planned", headline="A dam is planned.")
OTHER: dict[str, Any] = {
    "date": dt.date(2021, 3, 5),
    "slug": "dam",
    "language": "zh",
    "category": "Disasters",
    "topics": ("Water",),
    "headline": "A dam is closed.",
    "summary": "It holds.",
    "image": ImageDocument(url="/media/dam.webp"),
    "tags": ("River",),
    "citations": (CitationDocument(label="Reuters"),),
    "related": (LINK,),
    "status": Status.DRAFT,
    "publish_at": dt.datetime(2021, 3, 5, 9, tzinfo=dt.UTC),
    "withdrawn_reason": "A drill.",
    "corrections": (CorrectionDocument(date=dt.date(2021, 3, 5), text="It holds."),),
    "is_unsourced": True,
    "is_stub": True,
    "old_slugs": ("old",),
}


@pytest.mark.parametrize("name", [field.name for field in fields(EventDocument) if field.name not in INTERNAL])
def test_a_change_of_any_field_shows(name: str) -> None:
    [difference] = compare(EVENT, replace(EVENT, **{name: OTHER[name]}))
    assert "".join(piece.text for piece in difference.before) != "".join(piece.text for piece in difference.after)


@pytest.mark.parametrize(
    "changed",
    [replace(LINK, kind=LinkKind.HIDDEN), replace(LINK, note="Why."), replace(LINK, context=("River",))],
)
def test_a_change_within_a_row_shows(changed: RelatedDocument) -> None:
    assert compare(replace(EVENT, related=(LINK,)), replace(EVENT, related=(changed,)))


def test_equal_states_do_not_differ() -> None:
    assert compare(EVENT, replace(EVENT)) == []


def test_words_are_marked_whole_and_chinese_by_characters() -> None:
    assert compare_words("The dam opens", "The dome opens") == (
        Piece(change=Change.SAME, text="The "),
        Piece(change=Change.GONE, text="dam"),
        Piece(change=Change.NEW, text="dome"),
        Piece(change=Change.SAME, text=" opens"),
    )
    assert Piece(change=Change.NEW, text="新") in compare_words("水库开放", "新水库开放")


@given(st.text(), st.text())
def test_the_pieces_of_a_side_are_its_text(one: str, two: str) -> None:
    pieces = compare_words(one, two)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.NEW) == one
    assert "".join(piece.text for piece in pieces if piece.change is not Change.GONE) == two


def test_of_a_long_stretch_that_stayed_only_the_ends_are_shown() -> None:
    pieces = compare_words("word " * 200 + "old", "word " * 200 + "new")
    assert len(pieces[0].shown) < 300 < len(pieces[0].text)
    assert pieces[-1].shown == "new"
