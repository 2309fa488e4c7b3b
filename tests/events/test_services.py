"""Every write by a person leaves one revision under the person's name."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from msgspec.structs import replace

from events import exporter, revisions, services
from events.choices import Move, Status
from events.documents.records import CitationDocument, EventDocument
from events.importer import Report, import_document
from events.models import Category, Event, EventTag, Redirect
from sources.documents import ArticleDocument, DocumentError
from sources.importer import save_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


@pytest.fixture
def event() -> Event:
    document = EventDocument(
        date=dt.date(2021, 5, 4),
        slug="kent",
        headline="The Kent rises.",
        summary="First",
        tags=("Kent",),
        citations=(CitationDocument(label="BBC"),),
    )
    import_document(document, Report())
    return Event.objects.get()


def test_a_saved_edit_is_one_revision_with_editor_and_comment(event: Event, editor: User) -> None:
    event.headline = "The Kent falls."
    with services.editing(event, event.version, editor=editor, comment="Water fell"):
        event.save()
    revision = event.revisions.get(number=2)
    assert (revision.editor, revision.contributor, revision.comment) == (editor, "editor", "Water fell")
    assert revisions.read(revision).headline == "The Kent falls."
    assert Event.objects.get().version == 2


def test_a_stale_edit_writes_nothing_and_tells_what_was_saved(event: Event, editor: User) -> None:
    other = Event.objects.get()
    with services.editing(other, other.version, editor=editor, comment=""):
        other.headline = "First to save"
        other.save()
    with (
        pytest.raises(services.StaleVersion) as caught,
        services.editing(event, event.version, editor=editor, comment=""),
    ):
        pytest.fail("nothing may be written on top of another save")
    assert str(caught.value.subject) == "First to save"
    assert Event.objects.get().revisions.count() == 2


def test_a_changed_slug_or_date_leaves_a_redirect_and_a_returned_one_takes_it_back(event: Event, editor: User) -> None:
    event.slug, event.date = "river-kent", dt.date(2021, 5, 5)
    with services.editing(event, event.version, editor=editor, comment=""):
        event.save()
    assert str(Redirect.objects.get()) == "2021-05-04/kent"
    event.slug, event.date = "kent", dt.date(2021, 5, 4)
    with services.editing(event, event.version, editor=editor, comment=""):
        event.save()
    assert str(Redirect.objects.get()) == "2021-05-05/river-kent"


def test_restoring_makes_a_new_revision_of_the_old_state_and_keeps_every_address(event: Event, editor: User) -> None:
    first = exporter.event_document(event)
    event.slug, event.summary = "river-kent", "Second"
    with services.editing(event, event.version, editor=editor, comment=""):
        event.save()
    restored = services.restore(event.revisions.get(number=1), event.version, editor=editor)
    now = exporter.event_document(Event.objects.with_everything().get())
    assert (now.slug, now.summary, now.tags, now.citations) == ("kent", "First", first.tags, first.citations)
    assert now.old_slugs == ("river-kent",)
    assert restored.revisions.count() == 3
    assert restored.revisions.get(number=3).comment == "Restored revision 1"


def test_restoring_a_state_of_another_day_gives_up_no_address(event: Event, editor: User) -> None:
    for date, slug in ((dt.date(2021, 5, 5), "a"), (dt.date(2021, 5, 5), "b")):
        event = Event.objects.get()
        event.date, event.slug = date, slug
        with services.editing(event, event.version, editor=editor, comment=""):
            event.save()
    services.restore(event.revisions.get(number=1), event.version, editor=editor)
    assert Event.objects.get().natural_key() == ("en", dt.date(2021, 5, 4), "kent")
    assert [str(redirect) for redirect in Redirect.objects.all()] == ["2021-05-05/a", "2021-05-05/b"]


def test_restoring_on_top_of_a_save_that_was_not_seen_is_refused(event: Event, editor: User) -> None:
    seen = event.version
    services.change_state(event, None, Move.WITHDRAW, reason="Another river", editor=editor)
    with pytest.raises(services.StaleVersion):
        services.restore(event.revisions.get(number=1), seen, editor=editor)
    assert Event.objects.get().status == Status.WITHDRAWN


def test_filing_a_source_makes_it_the_last_citation_once(event: Event, editor: User) -> None:
    source, _ = save_article(ArticleDocument(title="Flood at Kendal", publisher="The Courier"))
    services.cite(event, source, editor=editor)
    services.cite(event, source, editor=editor)
    assert [(row.label, row.source) for row in event.citations.all()] == [("BBC", None), ("The Courier", source)]
    assert event.revisions.count() == 2


def test_a_stub_that_cites_a_source_is_no_stub_and_no_longer_unsourced(editor: User) -> None:
    stub = EventDocument(date=dt.date(2021, 5, 4), slug="s", headline="S", is_stub=True, is_unsourced=True)
    import_document(stub, Report())
    source, _ = save_article(ArticleDocument(title="S", publisher="The Courier"))
    event = services.cite(Event.objects.get(), source, editor=editor)
    assert not event.is_stub and not event.is_unsourced


def test_publishing_and_withdrawing_are_revisions_too(event: Event, editor: User) -> None:
    services.change_state(event, None, Move.WITHDRAW, reason="Another river", editor=editor)
    services.change_state(event, None, Move.PUBLISH, editor=editor)
    states = [revisions.read(revision) for revision in event.revisions.order_by("number")]
    assert [state.status for state in states] == ["published", "withdrawn", "published"]
    assert [state.withdrawn_reason for state in states] == ["", "Another river", ""]


def test_a_state_from_before_its_category_was_renamed_can_be_restored(event: Event, editor: User) -> None:
    category = Category.objects.get(name="Sports")
    services.rewrite(event, None, replace(state(event), category="Sports"), editor=editor, comment="")
    services.rewrite(event, None, state(event), editor=editor, comment="")
    category.name, category.aliases = "Games", ["Sports"]
    category.save()
    services.restore(event.revisions.get(number=2), 3, editor=editor)
    event.refresh_from_db()
    assert event.category == category


def test_a_category_that_is_none_is_refused_with_a_reason(event: Event, editor: User) -> None:
    with pytest.raises(DocumentError, match="none of the categories"):
        services.rewrite(event, None, replace(state(event), category="Nonsense"), editor=editor, comment="")


def state(event: Event) -> EventDocument:
    return exporter.event_document(Event.objects.with_everything().get(pk=event.pk))


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_file_under_two_events_of_one_day_do_not_block_each_other() -> None:
    for headline in ("One", "Two"):
        import_document(EventDocument(date=dt.date(2021, 5, 4), headline=headline, tags=("Kent",)), Report())
    sources = [save_article(ArticleDocument(title=title, publisher="The Courier"))[0] for title in "ABCDEF"]
    events = list(Event.objects.order_by("headline"))

    def file(event: Event) -> None:
        try:
            for source in sources:
                services.cite(event, source)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(file, event) for event in events]:
            done.result(timeout=60)
    assert [event.citations.count() for event in events] == [6, 6]


@pytest.mark.django_db(transaction=True)
def test_two_documents_with_the_same_new_tag_written_at_once_share_it() -> None:
    def write(headline: str) -> None:
        try:
            import_document(EventDocument(date=dt.date(2021, 5, 4), headline=headline, tags=("Kent",)), Report())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, headline) for headline in "ABCDEF"]:
            done.result(timeout=60)
    assert EventTag.objects.filter(tag__key="kent").count() == 6
