"""The public history of an event: what readers saw change, and nothing else."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace
from pytest_django import DjangoAssertNumQueries

from events import exporter, revisions, services
from events.choices import LinkKind, RevisionKind, Status
from events.documents.erasing import ERASED
from events.documents.records import EventDocument
from events.importer import Report, import_document
from events.models import Erasure, Event, Redirect, RelatedLink, Revision
from tests.events.making import DAY, make_event

pytestmark = pytest.mark.django_db

HISTORY = "/news/2017/02/2/dam/history/"


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("ada")


def say(event: Event, editor: User | None = None, comment: str = "", **changes: Any) -> Event:
    """Let the event say something else, in a new revision."""
    event = Event.objects.with_everything().get(pk=event.pk)
    document = replace(exporter.event_document(event), **changes)
    return services.rewrite(event, None, document, editor=editor, comment=comment)


@pytest.fixture
def event(editor: User) -> Event:
    """Revisions 1 (a draft), 2 (published), 3 (changed)."""
    event = make_event("A dam is planed.", slug="dam", tags=["River"], status=Status.DRAFT, is_unsourced=True)
    event = say(event, editor, "Begun", summary="Hush, a draft.")
    event = say(event, editor, "Out with it", status=Status.PUBLISHED, summary="The first text.")
    return say(event, editor, "A letter", headline="A dam is planned.", tags=("River", "Sea"))


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_the_history_says_when_who_why_and_what(client: Client, event: Event) -> None:
    html = body(client, HISTORY)

    assert html.index("A letter") < html.index("Out with it")
    assert "ada: A letter" in html
    assert '<del><span class="visually-hidden">[gone: </span>planed' in html
    assert '<ins><span class="visually-hidden">[new: </span>planned' in html
    assert "<ins>Sea</ins>" in html
    assert "First published" in html
    assert 'href="/news/2017/02/2/dam/history/2/"' in html
    assert '<meta name="robots" content="noindex">' in html


def test_what_was_before_the_first_publication_shows_nowhere(client: Client, event: Event) -> None:
    assert "Hush" not in body(client, HISTORY)
    assert "Begun" not in body(client, HISTORY)
    body(client, f"{HISTORY}1/", 404)


@pytest.mark.parametrize("kind", [RevisionKind.PROPOSED, RevisionKind.REFUSED])
def test_what_somebody_only_wanted_to_say_shows_nowhere(
    client: Client, event: Event, editor: User, kind: RevisionKind
) -> None:
    document = replace(exporter.event_document(event), headline="Hush.")
    event.version += 1
    event.save()
    revisions.record(event, document, editor=editor, comment="Hush", kind=kind)
    say(event, editor, "Later", summary="The second text.")

    assert "Hush" not in body(client, HISTORY)
    body(client, f"{HISTORY}4/", 404)
    assert "Hush" not in body(client, f"{HISTORY}5/")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.SCHEDULED])
def test_an_event_that_is_not_public_has_no_history(client: Client, event: Event, editor: User, status: Status) -> None:
    say(event, editor, status=status, publish_at=dt.datetime(2031, 1, 1, tzinfo=dt.UTC))

    for path in ("/news/2017/02/2/dam/", HISTORY, f"{HISTORY}2/"):
        assert "dam is" not in body(client, path, 404)


def test_a_withdrawn_event_says_why_and_nothing_of_what_it_said(client: Client, event: Event, editor: User) -> None:
    say(event, editor, status=Status.WITHDRAWN, withdrawn_reason="There is no dam.")
    Redirect.objects.create(event=event, language="en", date=DAY, slug="old")

    for path in ("/news/2017/02/2/dam/", "/news/2017/02/2/old/", HISTORY, f"{HISTORY}2/"):
        html = body(client, path, 410)
        assert "There is no dam." in html
        assert "planned" not in html
        assert "River" not in html
    body(client, "/news/2017/02/2/dam.md", 404)


def test_an_event_that_was_withdrawn_before_anybody_saw_it_has_no_page(client: Client, editor: User) -> None:
    event = make_event("Hush.", slug="hush", status=Status.DRAFT)
    say(event, editor, status=Status.WITHDRAWN, withdrawn_reason="Hush, too.")

    assert "Hush" not in body(client, "/news/2017/02/2/hush/", 404)


def test_a_withdrawal_is_a_line_with_its_reason_and_the_return_one_more(
    client: Client, event: Event, editor: User
) -> None:
    say(event, editor, "Gone", status=Status.WITHDRAWN, withdrawn_reason="There is no dam.")
    say(event, editor, "Still gone", summary="Hush.", status=Status.WITHDRAWN, withdrawn_reason="There is no dam.")
    say(event, editor, "Back", status=Status.PUBLISHED, withdrawn_reason="", summary="There is one.")

    html = body(client, HISTORY)

    assert html.index("Published again") < html.index("Withdrawn") < html.index("First published")
    assert html.count("There is no dam.") == 1
    assert "Still gone" not in html
    assert "Hush" not in html
    body(client, f"{HISTORY}4/", 404)


def test_an_old_state_is_shown_as_it_was_and_leads_to_the_present_one(client: Client, event: Event) -> None:
    html = body(client, f"{HISTORY}2/")

    assert "This is an old state" in html
    assert "A dam is planed." in html
    assert '<link rel="canonical" href="http://testserver/news/2017/02/2/dam/">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "This is how it stands now" in body(client, f"{HISTORY}3/")


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_state_that_never_was_is_not_found(client: Client, event: Event, number: str) -> None:
    body(client, f"{HISTORY}{number}/", 404)


def test_an_old_address_leads_to_the_history(client: Client, event: Event) -> None:
    Redirect.objects.create(event=event, language="en", date=DAY, slug="old")

    for rest in ("", "2/"):
        response = client.get(f"/news/2017/02/02/old/history/{rest}")
        assert (response.status_code, response["Location"]) == (301, HISTORY + rest)


def test_the_history_of_an_edition_stands_under_its_prefix(client: Client, editor: User) -> None:
    event = say(make_event("河上建坝。", language="zh", slug="坝"), editor)

    html = body(client, event.get_absolute_url() + "history/")

    assert '<html lang="zh">' in html
    assert "首次发布" in html
    body(client, "/news/2017/02/2/坝/history/", 404)


def test_only_links_to_public_events_show_under_the_headlines_of_today(
    client: Client, event: Event, editor: User
) -> None:
    shown, hidden, gone = (make_event(f"{name} before.", slug=name) for name in ("shown", "hidden", "gone"))
    for position, (target, kind) in enumerate(
        [(shown, LinkKind.PINNED), (hidden, LinkKind.HIDDEN), (gone, LinkKind.PINNED)], 1
    ):
        RelatedLink.objects.create(event=event, target=target, kind=kind, position=position)
    say(event, editor, "Linked")
    Event.objects.filter(pk=gone.pk).update(status=Status.DRAFT)
    Event.objects.filter(pk=shown.pk).update(headline="Shown today.")

    for path in (HISTORY, f"{HISTORY}4/"):
        html = body(client, path)
        assert "Shown today." in html
        assert "before." not in html


def test_an_imported_past_says_so_and_when_it_came_in(client: Client) -> None:
    event = make_event("A dam is planned.", slug="dam", status=Status.DRAFT, is_unsourced=True)
    event = say(event, None)
    long_ago = dt.datetime(2011, 3, 4, tzinfo=dt.UTC)
    document = replace(exporter.event_document(event), status=Status.PUBLISHED)
    old = revisions.make(event.pk, 2, event.last_link, document, event.updated_at, contributor="Bob", as_of=long_ago)
    Revision.objects.create(**old._asdict())
    Event.objects.filter(pk=event.pk).update(version=2, last_link=old.link)
    say(event, None, status=Status.PUBLISHED, headline="A dam is built.")

    html = body(client, HISTORY)

    assert "Bob (imported)" in html
    assert "4 March 2011" in html
    assert "Recorded here on" in html
    assert html.index("A dam is built.") < html.index("First published")


def test_what_an_import_brought_without_its_past_came_into_this_wiki_then(client: Client) -> None:
    document = EventDocument(date=DAY, slug="dam", headline="A dam is planned.", language="en")
    import_document(document, Report())

    html = body(client, HISTORY)

    assert "Came into this wiki" in html and "First published" not in html


def test_what_an_archive_says_beside_an_editor_was_never_public(client: Client, event: Event, editor: User) -> None:
    """An import records the archive's own words before what comes of them; only the latter readers saw."""
    told = replace(exporter.event_document(event), headline="Hush, says the archive.")
    import_document(told, Report())
    say(event, editor, "No", headline="A dam is planned, says the editor.")
    import_document(replace(told, headline="Hush again, says the archive."), Report())
    assert event.revisions.filter(document__contains="Hush again", is_imported=True).exists()

    assert "Hush again" not in body(client, HISTORY)


def test_an_erased_passage_shows_as_a_gap_with_its_reason(client: Client, event: Event, editor: User) -> None:
    erasure = Erasure.objects.create(event=event, reason="A court said so.", editor=editor)
    row = event.revisions.get(number=2)
    row.document = row.document.replace("first", ERASED)
    row.erasure = erasure
    row.save()

    for path in (HISTORY, f"{HISTORY}2/"):
        html = body(client, path)
        assert "A court said so." in html
    assert "The ⟦erased⟧ text." in html


def test_hostile_text_is_shown_as_text(client: Client, event: Event, editor: User) -> None:
    evil = "<script>alert(1)</script>"
    say(event, editor, evil, headline=evil, summary=f"[x](javascript:alert(1)) {evil}", tags=(evil,))

    for path in (HISTORY, f"{HISTORY}4/"):
        html = body(client, path)
        assert "<script>" not in html
        assert 'href="javascript' not in html


def test_an_event_leads_to_its_history_with_the_date_of_the_last_change(client: Client, event: Event) -> None:
    html = body(client, "/news/2017/02/2/dam/")

    changed_at = event.revisions.get(number=3).as_of
    assert f'Last change&nbsp;<time datetime="{changed_at.isoformat()}">' in html
    assert f'<a href="{HISTORY}">History</a>' in html


def test_a_long_history_comes_in_pages_and_only_caches_between_keep_it_and_no_longer_than_a_minute(
    client: Client, event: Event, editor: User
) -> None:
    for number in range(20):
        say(event, editor, f"Change {number}.", summary=f"Text {number}.")

    assert "Page 1 of 2" in body(client, HISTORY)
    assert "First published" in body(client, f"{HISTORY}?page=2")
    assert client.get(HISTORY)["Cache-Control"] == "public, max-age=0, s-maxage=60"


@pytest.mark.parametrize("size", [3, 300])
def test_a_history_takes_as_many_queries_short_or_long(
    client: Client, event: Event, editor: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = make_event("Another.", slug="another")
    RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, position=1)
    event = say(event, editor, "Linked")
    document = exporter.event_document(event)
    for number in range(size):
        event.version += 1
        revisions.record(event, replace(document, summary=f"Text {number}."), editor=editor, comment=f"No. {number}")
    Event.objects.filter(pk=event.pk).update(version=event.version)

    with django_assert_num_queries(5):
        assert f"No. {size - 1}" in body(client, HISTORY)
    with django_assert_num_queries(5):
        body(client, f"{HISTORY}4/")
