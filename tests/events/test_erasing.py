"""An erased passage stands nowhere in the database any more, and the history still proves all the rest."""

import datetime as dt
import subprocess
import uuid
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, revisions, services
from events.choices import LinkKind, RevisionKind, Status
from events.documents.erasing import ERASED, Passage
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.models import (
    BulkChange,
    Editorial,
    Erasure,
    Event,
    EventTag,
    LookAlike,
    OpenForm,
    Proposal,
    Redirect,
    Revision,
    Tag,
    TagAlias,
)
from events.services.eraser import Found
from sources.models import Source
from tests.events.desk import add, save
from tests.events.making import make_editorial, make_event

NAME = "Zebedee Quux"
REASON = "Names a minor; ordered by the court of Kendal."


def everywhere() -> list[str]:
    """The tables and columns in which the name stands, in any spelling."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = str(value).casefold()
                    if any(word in text for word in ("zebedee", "quux")):
                        found.append(f"{table}.{column}: {text[:200]}")
    return found


def said(event: Event) -> EventDocument:
    return exporter.event_document(Event.objects.with_everything().get(pk=event.pk))


def rewrite(event: Event, comment: str = "", **changes: Any) -> Event:
    return services.rewrite(event, None, replace(said(event), **changes), editor=User.objects.get(), comment=comment)


@pytest.fixture
def event(desk: Client) -> Event:
    """An event in which, in whose past, and around which the name stands wherever a text can stand."""
    editor = User.objects.get()
    event = add(
        desk,
        headline=f"Fire: {NAME}, 12, is blamed.",
        summary=f"[[{NAME}]] was seen. {NAME.upper()} denies it.\n\nZebedee\nQuux's school is closed.",
        tag_names=f"{NAME}, Kendal",
        topic_names="Fire",
        comment=f"Named {NAME}",
        is_unsourced="on",
    )
    other = add(desk, headline="A school closes.", is_unsourced="on", status="published")
    link = RelatedDocument(
        date=other.date,
        slug=other.slug,
        headline="",
        context=(NAME, "Kendal"),
        note=f"Of {NAME}.",
        kind=LinkKind.PINNED,
    )
    citations = (
        CitationDocument(label=f"Interview with {NAME}"),
        CitationDocument(label="BBC", title=f"Fire: {NAME} blamed", url="https://bbc.example/fire"),
    )
    event = rewrite(event, "Linked", related=(link,), citations=citations, status=Status.PUBLISHED, is_unsourced=False)
    Source.objects.update(abstract=f"About {NAME}.", authors=[NAME], body=f"It was {NAME}.")
    back = RelatedDocument(date=event.date, slug=event.slug, headline="", context=(NAME,), note=NAME)
    rewrite(other, "Linked back", related=(back,))
    save(desk, event, headline=f"Fire at Kendal: {NAME} is blamed.", slug="zebedee-quux-is-blamed")
    event.refresh_from_db()
    services.correct(event, f"{NAME} is 13.")
    event.save()
    TagAlias.objects.create(tag=Tag.objects.get(key=NAME.casefold()), name=f"Young {NAME}")
    for kind in (RevisionKind.PROPOSED, RevisionKind.REFUSED):
        event.version += 1
        event.save()
        document = replace(said(event), summary=f"It was {NAME}, {kind}.")
        revision = revisions.record(event, document, editor=editor, comment=f"{kind} {NAME}", kind=kind)
        if kind is RevisionKind.PROPOSED:
            Proposal.objects.create(revision=revision, event=event, author=editor, base=1, reply=f"{NAME}? No.")
    typed = urlencode({"headline": f"{NAME} & son", "slug": "zebedee-quux", "summary": "Kept: a=b", "comment": ""})
    OpenForm.objects.create(token=uuid.uuid4(), editor=editor, event=event, data=typed, seen_at=timezone.now())
    BulkChange.objects.create(editor=editor, description=f"Tagged {NAME}", changes=[[event.pk, 1, 2]])
    twin = make_event("Fire at Kendal.", event.date, slug="twin", is_unsourced=True)
    pair = LookAlike.objects.create(one=event, other=twin, likeness=90)
    services.join(pair, event, {event.pk: event.version, twin.pk: twin.version}, editor=editor)
    Redirect.objects.create(event=event, language="en", date=dt.date(2020, 1, 1), slug="old-zebedee-quux-page")
    rewrite(event, "With the address")
    return Event.objects.get(pk=event.pk)


def erase(event: Event, *, with_sources: bool = True) -> Found:
    editor = User.objects.get()
    return services.erase(event, event.version, NAME, reason=REASON, editor=editor, with_sources=with_sources)


@pytest.mark.django_db
def test_an_erased_passage_stands_in_no_column_of_any_table(event: Event) -> None:
    assert len(everywhere()) > 30

    found = erase(event)

    assert everywhere() == []
    assert found.count > 30
    assert found.shared_tags == []


@pytest.mark.django_db(transaction=True)
def test_an_erased_passage_stands_nowhere_in_the_file_of_the_database(event: Event) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("other engines keep their files to themselves")
    path = Path(connection.settings_dict["NAME"])

    def held() -> bool:
        files = [file for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
        # By another process: a file of SQLite that this one opens and closes loses the locks that this one has on it.
        return subprocess.run(["grep", "--text", "-qiE", "zebedee|quux", *files]).returncode == 0

    assert held()
    erase(event)
    assert not held()


@pytest.mark.django_db
def test_the_event_goes_on_without_the_passage_in_a_new_revision(event: Event) -> None:
    erase(event)

    event.refresh_from_db()
    assert event.headline == f"Fire at Kendal: {ERASED} is blamed."
    assert event.summary == f"{ERASED} was seen. {ERASED} denies it.\n\n{ERASED}'s school is closed."
    assert event.slug == "fire-at-kendal-erased-is-blamed"
    assert [row.spelling for row in event.event_tags.all()] == ["Kendal", "Fire"]
    assert not event.redirects.filter(slug__contains="quux").exists()
    newest = event.revisions.latest("number")
    assert (newest.number, newest.erasure, newest.contributor) == (event.version, None, "ed")
    assert revisions.read(newest) == said(event)


@pytest.mark.django_db
def test_what_else_is_typed_in_an_open_form_stays(event: Event) -> None:
    erase(event)

    typed = dict(parse_qsl(OpenForm.objects.get().data, keep_blank_values=True))
    assert typed == {"headline": f"{ERASED} & son", "slug": "", "summary": "Kept: a=b", "comment": ""}


@pytest.mark.django_db
def test_the_hashes_stay_and_the_history_is_whole_but_for_gaps_that_say_why(event: Event) -> None:
    before = list(event.revisions.values_list("number", "text_hash", "link"))
    erase(event)
    after = list(event.revisions.filter(number__lte=event.version).values_list("number", "text_hash", "link"))
    assert before == after

    out = StringIO()
    call_command("verify_history", stdout=out, stderr=out)
    assert (
        f"a passage was erased on {timezone.now():%Y-%m-%d}, so its text cannot be checked: {REASON}" in out.getvalue()
    )
    assert "histories are whole" in out.getvalue()


@pytest.mark.django_db
def test_each_revision_that_lost_something_points_to_the_erasure_and_no_other_does(event: Event) -> None:
    held = {revision.pk for revision in Revision.objects.all() if "uux" in revision.document + revision.comment}
    assert {revision.event_id for revision in Revision.objects.filter(pk__in=held)} == set(
        Event.objects.values_list("pk", flat=True)
    )

    erase(event)

    erasure = Erasure.objects.get()
    assert (erasure.event, erasure.reason, erasure.editor.username) == (event, REASON, "ed")
    assert set(Revision.objects.filter(erasure=erasure).values_list("pk", flat=True)) == held


@pytest.mark.django_db
def test_a_preview_says_what_an_erasure_would_and_changes_nothing(event: Event) -> None:
    rows = sorted(everywhere())
    editor = User.objects.get()

    seen = services.preview_erasure(event, NAME, editor=editor, with_sources=True)

    assert sorted(everywhere()) == rows
    assert not Erasure.objects.exists()
    assert ("Fire at Kendal: ", NAME, " is blamed.") in seen.snippets
    done = erase(event)
    assert done.places == seen.places


@pytest.mark.django_db
def test_an_erased_state_is_restored_without_the_names_that_lost_something(event: Event) -> None:
    erase(event)
    first = event.revisions.get(number=1)

    services.restore(first, event.version + 1, editor=User.objects.get())
    event.refresh_from_db()

    assert event.headline == f"Fire: {ERASED}, 12, is blamed."
    assert said(event).tags == ("Kendal", "Fire")
    assert everywhere() == []


@pytest.mark.django_db
def test_a_source_that_holds_the_passage_stays_unless_asked_and_is_named(event: Event) -> None:
    source = Source.objects.get()

    found = erase(event, with_sources=False)

    assert found.sources == [source]
    # The event still cites it by its title, and is still found by that.
    places = {place.split(".")[0] for place in everywhere()}
    assert {place for place in places if not place.startswith("events_search")} == {"sources_source", "events_revision"}
    assert said(event).citations[1].title == f"Fire: {NAME} blamed"


@pytest.mark.django_db
def test_an_erased_source_is_still_found_by_its_archives_and_brings_nothing_back(event: Event) -> None:
    key = Source.objects.get().key
    erase(event)
    assert Source.objects.get().key == key


@pytest.mark.django_db
def test_a_tag_that_others_bear_stays_and_is_named(event: Event, desk: Client) -> None:
    add(desk, headline="Another.", tag_names=NAME)

    found = erase(event)

    assert [tag.key for tag in found.shared_tags] == [NAME.casefold()]
    assert not EventTag.objects.filter(event=event, spelling=NAME).exists()


@pytest.mark.django_db
def test_editorials_that_hold_the_passage_or_once_did_are_named_and_left_to_themselves(event: Event) -> None:
    make_editorial("Of the river")
    now, once = make_editorial("Of a minor", body=f"{NAME.upper()} speaks."), make_editorial("Of a court")
    for body in (f"Of {NAME}.", "Of nobody."):
        document = replace(exporter.editorial_document(once), body=body)
        once = services.rewrite(once, None, document, editor=None, comment="Changed")

    found = erase(event)

    assert {editorial.pk for editorial in found.editorials} == {now.pk, once.pk}
    assert NAME.upper() in Editorial.objects.get(pk=now.pk).body


@pytest.mark.django_db
def test_a_passage_in_the_headline_of_a_related_event_is_left_to_that_event(event: Event) -> None:
    other = Event.objects.get(headline="A school closes.")
    rewrite(other, headline=f"{NAME}'s school closes.", slug="other")

    found = erase(event)

    assert found.other_events == [other]
    assert said(event).related[0].headline == f"{NAME}'s school closes."
    erase(Event.objects.get(pk=other.pk))
    assert everywhere() == []


@pytest.mark.django_db
def test_nothing_is_written_where_the_passage_stands_nowhere(event: Event) -> None:
    found = services.erase(
        event, event.version, "Nobody at all", reason=REASON, editor=User.objects.get(), with_sources=True
    )

    assert found.count == 0
    assert not Erasure.objects.exists()
    assert Event.objects.get(pk=event.pk).version == event.version


@pytest.mark.django_db
def test_an_event_that_was_saved_meanwhile_is_looked_at_again_first(event: Event) -> None:
    rewrite(event, "Meanwhile")

    with pytest.raises(services.StaleVersion):
        erase(event)
    assert everywhere()


@pytest.mark.parametrize(
    ("words", "text", "erased"),
    [
        ("two words", "Of TWO\n words, two.", f"Of {ERASED}, two."),
        ("a.b", "a.b and axb", f"{ERASED} and axb"),
        ("张三", "张三被捕。", f"{ERASED}被捕。"),
    ],
)
def test_a_passage_is_found_whatever_its_case_and_blanks(words: str, text: str, erased: str) -> None:
    assert Passage(words).erased(text) == erased
