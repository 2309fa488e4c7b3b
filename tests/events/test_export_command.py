"""manage.py export_documents: out and in again is the same wiki."""

from collections.abc import Callable, Collection
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS
from msgspec import Struct
from msgspec.structs import fields

from events.choices import LinkKind
from events.documents.jsonl import INTERNAL
from events.documents.records import EditorialDocument, EventDocument, TagDocument
from events.importer import Report
from events.models import Event
from sources.documents import ArticleDocument, PublisherDocument
from tests.events.documents.samples import CHINESE_PAGE, EVENT_PAGE
from tests.events.rows import LEFT_OUT, all_rows, wiki_models

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]

# What documents do not carry, and why.
MODELS_LEFT_OUT = {
    "events.Revision": "the history of how the wiki came to say what it says; a copy of the database keeps it",
    "events.ReadDocument": "the bytes that were read: the export's own are others",
    "events.Conflict": "an open question to this wiki's editors",
    "events.LookAlike": "a question to this wiki's editors, which the next import asks again",
    "events.Erasure": "a part of the history",
    "events.OpenForm": "what an editor has in hand at this moment",
    "events.Claim": "what an editor has in hand at this moment",
    "events.Proposal": "a question to this wiki's editors, with a revision",
    "events.BulkChange": "what an undo in this wiki needs",
    "events.SavedFilter": "an editor's own way of looking at this wiki",
    "sources.Fetch": "what this wiki asked of other servers; what it found stands in the sources",
    "sources.PublisherChange": "the same of publishers",
    "events.TagChange": "what an undo in this wiki needs; the merged name travels as an alias",
    "events.Category": "a fixed list that every installation has by migration",
}
FIELDS_LEFT_OUT = {"version": "counts the saves, which are history too"}
# The record that carries the rows of each model.
RECORDS: dict[str, type[Struct]] = {
    "sources.Publisher": PublisherDocument,
    "sources.PublisherAlias": PublisherDocument,
    "sources.Source": ArticleDocument,
    "events.Tag": TagDocument,
    "events.TagAlias": TagDocument,
    "events.Event": EventDocument,
    "events.EventTag": EventDocument,
    "events.Citation": EventDocument,
    "events.RelatedLink": EventDocument,
    "events.Redirect": EventDocument,
    "events.Editorial": EditorialDocument,
    "events.EditorialRedirect": EditorialDocument,
}
# Fields that follow from others when a row is written.
DERIVED = {"key", "title_key", "language", "position", "is_public", "corrected_on"}
# The key of a record for every field of every model that is not named by the field's own name.
KEYS = {
    "events.Event": {"image_url": "image", "image_caption": "image", "image_credit": "image"},
    "events.EventTag": {"event": "tags", "tag": "tags", "spelling": "tags", "topic_position": "topics"},
    "events.Citation": {
        "event": "citations",
        "source": "citations",
        "publisher": "citations",
        "agency": "citations",
        "label": "citations",
    },
    "events.RelatedLink": dict.fromkeys(["event", "target", "kind", "context", "note"], "related"),
    "events.Redirect": dict.fromkeys(["event", "date", "slug"], "old_slugs"),
    "events.EditorialRedirect": dict.fromkeys(["editorial", "date", "slug"], "old_slugs"),
    "events.TagAlias": {"tag": "aliases", "name": "aliases"},
    "events.Tag": {"is_name_chosen": "name"},
    "sources.PublisherAlias": {"publisher": "aliases", "name": "aliases"},
}


def export(folder: Path, *options: str) -> Path:
    call_command("export_documents", str(folder), *options, stdout=StringIO())
    return folder


def empty_the_wiki(but: Collection[str] = ()) -> None:
    for model in reversed(wiki_models()):
        if model._meta.label not in ("events.Category", *but):
            model._default_manager.all()._raw_delete(DEFAULT_DB_ALIAS)  # quicker: all that refers to it goes too


def rows() -> dict[str, list[dict[str, object]]]:
    return all_rows(frozenset(MODELS_LEFT_OUT), frozenset(FIELDS_LEFT_OUT))


@pytest.fixture
def wiki(tmp_path: Path, load: Load) -> None:
    """A wiki in which every field of every model has a value somewhere."""
    lines = tmp_path / "in.jsonl"
    lines.write_text(
        """\
{"type": "publisher", "name": "The Courier", "aliases": ["Courier"], "homepage": "https://courier.example"}
{"type": "tag", "name": "Kendal", "aliases": ["Kendal, Cumbria"], "wikidata": "Q1", "description": "A town"}
{"type": "source", "url": "https://courier.example/1", "archived_url": "https://archive.example/1", "title": "Flood",\
 "publisher": "The Courier", "seen_at": "KCUR", "section": "Home", "authors": ["A. Writer"],\
 "contributors": ["B. Writer"], "published_on": "2031-05-05", "updated": "2:52 p.m.", "tags": ["Kent, the"],\
 "caption": "The Kent", "credit": "C. Eye", "abstract": "It floods.", "copyright": "2031 Courier Ltd",\
 "body": "All of it."}
{"type": "source", "title": "Unfiled"}
{"date": "2031-05-04", "slug": "kent", "category": "Sports", "topics": ["Floods"], "headline": "Kent", "summary": "S",\
 "image": {"url": "/media/a.webp", "caption": "Ca", "credit": "Cr"}, "tags": ["kendal", "Floods", "A, B"],\
 "citations": [{"label": "Courier", "url": "https://courier.example/1"}, {"label": "BBC"}, {"label": "?"},\
 {"label": "KCUR via Courier"}],\
 "related": [{"date": "2031-05-02", "slug": "s", "headline": "Stub: known", "context": ["A, B"], "kind": "pinned",\
 "note": "Why"}, {"date": "2031-05-06", "slug": "h", "headline": "H", "kind": "hidden"}],\
 "old_slugs": ["old", "2031-05-03/older"]}
{"date": "2031-05-04", "slug": "gone", "headline": "Gone", "status": "withdrawn", "withdrawn_reason": "Wrong",\
 "corrections": [{"date": "2031-05-05", "text": "It was the Lune."}]}
{"date": "2031-05-04", "slug": "soon", "headline": "Soon", "status": "scheduled",\
 "publish_at": "2031-05-04T09:00:00+00:00"}
{"date": "2031-05-04", "slug": "draft", "headline": "Draft", "status": "draft", "is_unsourced": false}
{"date": "2031-05-06", "slug": "h", "headline": "H", "related": [{"date": "2031-05-04", "slug": "kent",\
 "headline": "x", "context": ["Floods"]}]}
{"type": "editorial", "date": "2031-05-04", "slug": "dam-it", "language": "zh", "title": "Dam it",\
 "author": "A. Brook", "standfirst": "Now.", "body": "It [[Floods|floods]].",\
 "corrections": [{"date": "2031-05-05", "text": "No."}], "old_slugs": ["dam", "2031-05-03/dam"]}
{"type": "editorial", "date": "2031-05-04", "title": "Gone", "author": "A", "status": "withdrawn",\
 "withdrawn_reason": "Wrong"}
{"type": "editorial", "date": "2031-05-04", "title": "Draft", "author": "A", "status": "scheduled",\
 "publish_at": "2031-05-04T09:00:00+00:00"}
"""
    )
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    (tmp_path / "zh.md").write_text(CHINESE_PAGE)
    assert not load(tmp_path).rejected


def test_json_lines_out_and_in_again_is_the_same_wiki(wiki: None, tmp_path: Path, load: Load) -> None:
    folder = export(tmp_path / "out")
    before = rows()
    empty_the_wiki()
    assert not load(folder).rejected
    assert rows() == before
    again = export(tmp_path / "again")
    assert (again / "newsroom.jsonl").read_bytes() == (folder / "newsroom.jsonl").read_bytes()


def test_every_field_of_every_model_is_covered_by_a_document_key_or_a_named_exclusion() -> None:
    for model in wiki_models():
        label = model._meta.label
        if label in MODELS_LEFT_OUT:
            continue
        keys = {field.name for field in fields(RECORDS[label])} - INTERNAL
        for field in model._meta.concrete_fields:
            key = KEYS.get(label, {}).get(field.name, field.name)
            is_excluded = field.name in LEFT_OUT.keys() | FIELDS_LEFT_OUT.keys() | DERIVED
            assert is_excluded or key in keys, f"{label}.{field.name} is not exported"


def test_the_wiki_of_these_tests_has_a_value_for_every_field(wiki: None) -> None:
    for model in wiki_models():
        if model._meta.label in MODELS_LEFT_OUT:
            continue
        for field in model._meta.concrete_fields:
            values = [getattr(row, field.attname) for row in model._default_manager.all()]
            is_filled = any(value != field.get_default() for value in values)
            assert is_filled or field.name in LEFT_OUT, f"no {model._meta.label} has a {field.name}"


def test_the_public_export_has_only_what_readers_may_have(wiki: None, tmp_path: Path) -> None:
    text = (export(tmp_path / "out", "--public") / "newsroom.jsonl").read_text()
    for secret in (
        "Gone",
        "Draft",
        "All of it",
        "Unfiled",
        "Why",
        "pinned",
        "hidden",
        '"slug":"h","headline":"H","kind"',
    ):
        assert secret not in text
    assert '"slug":"kent"' in text
    assert '"name":"Kendal"' in text


def test_the_public_export_names_no_tag_or_publisher_that_only_a_draft_names(tmp_path: Path, load: Load) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text(
        """\
{"type": "tag", "name": "Secret", "description": "of a draft"}
{"type": "publisher", "name": "Secret Press"}
{"date": "2031-05-04", "headline": "Draft", "status": "draft", "tags": ["Secret"],\
 "citations": [{"label": "Secret Press"}]}
"""
    )
    load(lines)
    assert "Secret" not in (export(tmp_path / "out", "--public") / "newsroom.jsonl").read_text()


def test_pages_out_and_in_again_are_the_same_events(wiki: None, tmp_path: Path, load: Load) -> None:
    def state() -> list[object]:
        events = Event.objects.published().with_everything().order_by("language", "date", "slug")
        return [
            (
                event.language,
                event.date,
                event.slug,
                event.headline,
                str(event.category),
                [row.spelling for row in event.topics],
                [row.spelling for row in event.event_tags.all()],
                [
                    (row.label, row.source.url or row.source.title if row.source else "")
                    for row in event.citations.all()
                ],
                [
                    (link.target.slug, link.context)
                    for link in event.related_links.all()
                    if link.kind != LinkKind.HIDDEN
                ],
            )
            for event in events
        ]

    folder = export(tmp_path / "out", "--format", "markdown")
    before = state()
    empty_the_wiki()
    assert not load(folder).rejected
    assert state() == before


def test_it_writes_into_no_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CommandError, match="not an empty folder"):
        export(tmp_path)


def test_the_seeds_twice_in_then_out_and_in_elsewhere_are_the_same_rows(
    seeds: list[Path], tmp_path: Path, load: Load
) -> None:
    for _ in range(2):
        load(seeds[0].parent)
    folder = export(tmp_path / "out")
    before = all_rows(frozenset({"events.ReadDocument"}))
    empty_the_wiki()
    load(folder)
    after = all_rows(frozenset({"events.ReadDocument"}))
    for state in (before, after):
        for revision in state["events.Revision"]:
            del revision["comment"]
    assert after == before


def test_with_the_seed_alone_the_exported_page_is_the_original_up_to_blanks_at_the_ends_of_titles(
    seeds: list[Path], tmp_path: Path, load: Load
) -> None:
    load(seeds[0])
    folder = export(tmp_path / "out", "--format", "markdown")
    (page,) = (folder / "news/2017/02/2").glob("russia*.md")

    def trimmed(text: str) -> str:
        return text.replace(". [ ", ". [").replace(" ](", "](").replace(" \n", "\n")

    assert trimmed(page.read_text()) == trimmed(seeds[0].read_text())
