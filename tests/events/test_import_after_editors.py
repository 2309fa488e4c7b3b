"""A re-import never undoes an editor's edit."""

import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from events import exporter, revisions, services
from events.documents import jsonl
from events.documents.records import EventDocument
from events.importer import Report, import_document
from events.models import Conflict, Event
from sources.importer import Outcome
from tests.events.documents.samples import EVENT_PAGE
from tests.events.rows import all_rows

Load = Callable[..., Report]
RECORD = {
    "date": "2031-05-04",
    "slug": "kent",
    "headline": "The Kent floods",
    "summary": "Rain fell.",
    "category": "Sports",
    "tags": ["Kendal", "Floods"],
    "citations": [{"label": "BBC"}, {"label": "Sky", "url": "https://sky.example/1"}],
}


@pytest.fixture
def tell(tmp_path: Path, load: Load) -> Callable[..., Report]:
    """Import the record with some keys changed."""

    def tell(**changes: object) -> Report:
        path = tmp_path / "record.jsonl"
        path.write_text(json.dumps(RECORD | changes) + "\n")
        return load(path)

    return tell


def edit(**changes: object) -> Event:
    editor = User.objects.get_or_create(username="ed")[0]
    event = Event.objects.get(slug="kent")
    record = json.loads(jsonl.write(exporter.event_document(event))) | changes
    document = jsonl.read(json.dumps(record))
    assert isinstance(document, EventDocument)
    return services.rewrite(event, event.version, document, editor=editor, comment="Edited")


def said() -> Mapping[str, object]:
    record: dict[str, object] = json.loads(jsonl.write(exporter.event_document(Event.objects.get(slug="kent"))))
    return record


@pytest.mark.django_db
def test_without_an_editor_the_later_record_of_the_same_address_speaks(tell: Load) -> None:
    tell()
    tell(headline="The Kent floods Kendal", summary="")
    assert (said()["headline"], said()["summary"]) == ("The Kent floods Kendal", "Rain fell.")
    assert Event.objects.get().revisions.count() == 2


@pytest.mark.django_db
def test_what_the_archive_did_not_change_stays_as_the_editor_wrote_it(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood", tags=["Kendal"], citations=[{"label": "BBC"}], summary="")
    report = tell(tags=["Kendal", "Floods", "Rain"])
    assert report.count("events", Outcome.UPDATED) == 1
    assert said()["headline"] == "Kent in flood"
    assert "summary" not in said()
    assert said()["tags"] == ["Kendal", "Rain"]
    assert said()["citations"] == [{"label": "BBC"}]
    assert not Conflict.objects.exists()


@pytest.mark.django_db
def test_what_only_the_archive_changed_is_taken(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood")
    tell(summary="Much rain fell.", category="Law and crime", citations=[{"label": "BBC", "url": "https://b.example/"}])
    assert (said()["headline"], said()["summary"]) == ("Kent in flood", "Much rain fell.")
    assert said()["category"] == "Law and crime"
    assert said()["citations"][0]["url"] == "https://b.example/"  # type: ignore[index]
    assert not Conflict.objects.exists()


@pytest.mark.django_db
def test_where_both_changed_a_field_the_editors_text_stays_and_the_conflict_is_listed(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood")
    report = tell(headline="The Kent floods Kendal")
    assert said()["headline"] == "Kent in flood"
    conflict = Conflict.objects.get()
    assert (conflict.field, revisions.read(conflict.revision).headline) == ("headline", "The Kent floods Kendal")
    assert "its headline was edited and differs; the editor's stays" in report.notes[0][1]
    event = Event.objects.get()
    newest = event.revisions.get(number=event.version)
    assert revisions.read(newest) == exporter.event_document(Event.objects.with_everything().get())


@pytest.mark.django_db
def test_the_same_change_told_again_is_no_second_conflict_and_a_newer_one_takes_its_place(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood")
    tell(headline="The Kent floods Kendal")
    before = all_rows(frozenset({"events.ReadDocument"}))
    assert tell(headline="The Kent floods Kendal", is_unsourced=False).count("events", Outcome.UNCHANGED) == 1
    assert all_rows(frozenset({"events.ReadDocument"})) == before
    tell(headline="The Kent floods all Kendal")
    assert revisions.read(Conflict.objects.get().revision).headline == "The Kent floods all Kendal"


@pytest.mark.django_db
def test_a_conflict_is_over_when_the_archive_says_what_the_editor_wrote(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood")
    tell(headline="The Kent floods Kendal")
    tell(headline="The Kent floods Kendal", tags=["Rain"])
    assert Conflict.objects.count() == 1
    tell(headline="Kent in flood")
    assert not Conflict.objects.exists()


@pytest.mark.django_db
def test_an_edit_survives_any_number_of_imports(tell: Load) -> None:
    tell()
    edit(headline="Kent in flood")
    for number in range(3):
        tell(tags=["Kendal", "Floods", f"Rain {number}"])
        tell(headline="The Kent floods", tags=["Kendal", f"Storm {number}"])
        assert said()["headline"] == "Kent in flood"


@pytest.mark.django_db
def test_an_event_that_an_editor_made_is_filled_and_never_overwritten(tell: Load) -> None:
    tell()
    event = Event.objects.get()
    event.revisions.all().delete()
    event.version = 0
    event.save()
    edit(headline="Kent in flood", summary="", status="draft")
    tell(headline="The Kent floods Kendal")
    assert (said()["headline"], said()["summary"], said()["status"]) == ("Kent in flood", "Rain fell.", "draft")
    assert [conflict.field for conflict in Conflict.objects.all()] == ["headline"]


@pytest.mark.django_db
def test_an_event_withdrawn_by_an_editor_stays_withdrawn(tell: Load) -> None:
    tell()
    edit(status="withdrawn", withdrawn_reason="Not so")
    tell(tags=["Rain"])
    assert (said()["status"], said()["withdrawn_reason"]) == ("withdrawn", "Not so")


@pytest.mark.django_db
def test_wiki_leftovers_are_cleaned_and_the_first_revision_keeps_the_text_as_it_came(tell: Load) -> None:
    headline = "The ''Kent'' floods {{Nowrap|all Kendal}}"
    tell(headline=headline)
    event = Event.objects.get()
    assert event.headline == "The Kent floods all Kendal"
    assert [revisions.read(one).headline for one in event.revisions.order_by("number")] == [headline, event.headline]
    assert tell(headline=headline, is_unsourced=False).count("events", Outcome.UNCHANGED) == 1
    assert event.revisions.count() == 2


@pytest.mark.django_db
def test_related_lists_can_be_left_to_the_wiki(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    call_command("import_documents", tmp_path, related="compute", stdout=StringIO())
    event = Event.objects.get()
    assert not event.related_links.exists()
    spellings = [row.spelling for row in event.event_tags.all()]
    assert spellings == ["Lake District flood", "Kendal", "Bridges", "old and new"]


@pytest.mark.django_db
def test_two_descriptions_are_both_kept_and_the_report_says_so(tmp_path: Path, load: Load) -> None:
    for name, summary in (("a", "Rain fell."), ("b", "It was the wind.")):
        (tmp_path / f"{name}.jsonl").write_text(
            json.dumps({"date": "2031-05-04", "headline": "The Kent floods", "summary": summary}) + "\n"
        )
    report = load(tmp_path)
    event = Event.objects.get()
    assert event.summary == "Rain fell."
    assert [revisions.read(one).summary for one in event.revisions.order_by("number")] == [
        "Rain fell.",
        "It was the wind.",
        "Rain fell.",
    ]
    assert "is described in another way than before; both are kept" in report.notes[0][1]


words = st.sampled_from(["", "One", "Two", "Three"])
lists = st.lists(st.sampled_from(["Kendal", "Floods", "Rain", "Storm"]), max_size=3, unique=True)
changes = st.fixed_dictionaries(
    {"summary": words, "category": st.sampled_from(["", "Sports", "Law and crime"]), "tags": lists}
)


class EditedEventsTest(TestCase):
    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.booleans(), changes), min_size=1, max_size=6))
    def test_each_field_says_what_only_one_side_changed_and_else_what_the_editor_wrote(
        self, steps: list[tuple[bool, dict[str, object]]]
    ) -> None:
        import_document(self._record(RECORD), Report())
        told: dict[str, object] = {name: RECORD[name] for name in ("summary", "category")}
        own = dict(told)
        for is_edit, changed in steps:
            if is_edit:
                edit(**changed)
                own = {name: changed[name] for name in own}
            else:
                import_document(self._record(RECORD | changed), Report())
                for name in [name for name in own if changed[name] not in ("", told[name])]:
                    own[name] = changed[name] if own[name] == told[name] else own[name]
                    told[name] = changed[name]
            now = said()
            assert {name: now.get(name, "") for name in own} == own
            event = Event.objects.with_everything().get(slug="kent")
            newest = event.revisions.get(number=event.version)
            assert revisions.read(newest) == exporter.event_document(event)

    def _record(self, record: Mapping[str, object]) -> EventDocument:
        document = jsonl.read(json.dumps(record))
        assert isinstance(document, EventDocument)
        return document
