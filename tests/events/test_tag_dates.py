"""The rows of an event's tags repeat its date and whether it is public: no way of writing may leave them behind.

After every test that writes, the fixture `tags_say_what_their_events_say` compares them; here are the ways that matter.
"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from events import exporter, services
from events.choices import LinkKind, Move, Status
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.importer import Report, import_document
from events.models import Event, EventTag
from sources.documents import ArticleDocument
from sources.importer import save_article
from tests.events.desk import add, form_data, save

pytestmark = pytest.mark.django_db
DAY = dt.date(2021, 5, 4)
LATER = dt.date(2021, 6, 7)
DOCUMENT = EventDocument(
    date=DAY,
    slug="kent",
    headline="The Kent rises.",
    tags=("Kent", "Floods"),
    topics=("Floods",),
    citations=(CitationDocument(label="BBC"),),
)
Way = Callable[[Event, User, Client], object]


def import_a_new_one(event: Event, editor: User, desk: Client) -> None:
    import_document(replace(DOCUMENT, date=LATER, slug="lune", headline="The Lune rises."), Report())


def import_more_tags(event: Event, editor: User, desk: Client) -> None:
    import_document(replace(DOCUMENT, tags=("Kent", "Floods", "Rain")), Report())


def import_a_link_that_publishes_a_draft_stub(event: Event, editor: User, desk: Client) -> None:
    context = ("Kent",)
    for status in (Status.DRAFT, Status.PUBLISHED):
        link = RelatedDocument(date=LATER, slug="a-stub", headline="A stub", context=context, kind=LinkKind.IMPORTED)
        document = replace(DOCUMENT, slug=f"of-{status}", headline=f"It is {status}.", status=status, related=(link,))
        import_document(document, Report())
    assert EventTag.objects.get(event__is_stub=True).is_public


def import_over_a_stub(event: Event, editor: User, desk: Client) -> None:
    link = RelatedDocument(date=LATER, slug="a-stub", headline="A stub", context=("Kent",), kind=LinkKind.IMPORTED)
    import_document(replace(DOCUMENT, slug="linking", headline="Linking.", related=(link,)), Report())
    withdrawn = replace(DOCUMENT, date=LATER, slug="a-stub", headline="A stub", status=Status.WITHDRAWN)
    import_document(withdrawn, Report())


def save_nothing_but_the_event(event: Event, editor: User, desk: Client) -> None:
    with services.editing(event, event.version, editor=editor, comment=""):
        event.date, event.status = LATER, Status.DRAFT
        event.save()


def add_by_the_form(event: Event, editor: User, desk: Client) -> None:
    add(desk, tag_names="Kent", topic_names="Rain")
    add(desk, headline="Published", tag_names="Kent", status=Status.PUBLISHED)


def save_another_date_by_the_form(event: Event, editor: User, desk: Client) -> None:
    assert save(desk, event, date=LATER.isoformat()).status_code == 302


def save_another_status_and_tag_by_the_form(event: Event, editor: User, desk: Client) -> None:
    data = form_data(event)
    changed = save(
        desk, event, status=Status.WITHDRAWN, withdrawn_reason="Wrong", tag_names=data["tag_names"] + ", Rain"
    )
    assert changed.status_code == 302


def rewrite(event: Event, editor: User, desk: Client) -> None:
    moved = replace(exporter.event_document(event), date=LATER, status=Status.DRAFT)
    services.rewrite(event, event.version, moved, editor=editor, comment="Moved")


def restore(event: Event, editor: User, desk: Client) -> None:
    rewrite(event, editor, desk)
    moved = Event.objects.get()
    services.restore(moved.revisions.get(number=1), moved.version, editor=editor)
    assert Event.objects.get().date == DAY


def set_status(event: Event, editor: User, desk: Client) -> None:
    services.change_state(event, None, Move.WITHDRAW, reason="Wrong", editor=editor)
    assert not EventTag.objects.filter(is_public=True).exists()


def publish_again(event: Event, editor: User, desk: Client) -> None:
    set_status(event, editor, desk)
    services.change_state(event, None, Move.PUBLISH, editor=editor)
    assert not EventTag.objects.filter(is_public=False).exists()


def cite(event: Event, editor: User, desk: Client) -> None:
    source, _ = save_article(ArticleDocument(title="Flood at Kendal", publisher="The Courier"))
    services.cite(event, source, editor=editor)


WAYS: list[Way] = [
    import_a_new_one,
    import_more_tags,
    import_a_link_that_publishes_a_draft_stub,
    import_over_a_stub,
    save_nothing_but_the_event,
    add_by_the_form,
    save_another_date_by_the_form,
    save_another_status_and_tag_by_the_form,
    rewrite,
    restore,
    set_status,
    publish_again,
    cite,
]


@pytest.mark.parametrize("way", WAYS)
def test_after_every_way_of_writing_the_rows_of_tags_say_what_their_events_say(
    way: Way, desk: Client, django_user_model: type[User]
) -> None:
    import_document(DOCUMENT, Report())
    way(Event.objects.get(), django_user_model.objects.get(), desk)

    assert EventTag.objects.count() >= 2  # and the fixture of these tests compares them
