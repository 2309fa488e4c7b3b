"""Changes made side by side at the services: what guards, what merges, what is kept of what was refused."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from msgspec.structs import replace

from events import exporter, revisions, services
from events.choices import LinkKind, RevisionKind
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.importer import Report, import_document
from events.models import Category, Event, RelatedLink, TagAlias
from tests.events.making import make_event, make_tag

pytestmark = pytest.mark.django_db
KENT = EventDocument(
    date=dt.date(2031, 5, 4),
    slug="kent",
    language="en",
    headline="The Kent rises.",
    tags=("Kent",),
    citations=(CitationDocument(label="BBC"),),
)


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


@pytest.fixture
def event() -> Event:
    import_document(KENT, Report())
    return Event.objects.get()


def current(event: Event) -> Event:
    return Event.objects.with_everything().get(pk=event.pk)


def test_what_was_refused_is_in_the_chain_and_is_never_what_the_event_says(event: Event, editor: User) -> None:
    refused = services.keep_refused(event, replace(KENT, summary="Refused."), editor=editor, comment="why")
    assert refused.version == 2
    one, two = event.revisions.order_by("number")
    assert (two.number, two.kind, two.editor, two.comment) == (2, RevisionKind.REFUSED, editor, "why")
    assert two.link == revisions.chain(one.link, two) == current(event).last_link
    assert list(event.revisions.saved()) == [one]
    assert exporter.event_document(current(event)).summary == ""


def test_the_same_words_refused_twice_are_kept_once(event: Event, editor: User) -> None:
    for _ in range(2):
        services.keep_refused(event, replace(KENT, summary="Refused."), editor=editor)
    assert event.revisions.count() == current(event).version == 2


def test_what_was_refused_makes_no_other_save_stale(event: Event, editor: User) -> None:
    services.keep_refused(event, replace(KENT, summary="Refused."), editor=editor)
    with services.editing(current(event), 1, editor=editor, comment="") as edited:
        edited.headline = "The Kent falls."
        edited.save()
    assert services.rewrite(event, 3, KENT, editor=editor, comment="").version == 4
    for version in (1, 2, 5, -1):
        with pytest.raises(services.StaleVersion):
            services.rewrite(event, version, KENT, editor=editor, comment="")
        with pytest.raises(services.StaleVersion), services.editing(event, version, editor=editor, comment=""):
            pytest.fail("nothing may be written on top of another save")


def test_two_changes_of_one_event_are_merged_onto_what_it_says(event: Event, editor: User) -> None:
    base = exporter.event_document(current(event))
    theirs = replace(base, summary="It rained.", citations=(*base.citations, CitationDocument(label="AP")))
    services.rewrite(event, 1, theirs, editor=editor, comment="")
    mine = replace(base, headline="The Kent falls.", tags=("Kent", "Rain"))
    document, overlaps = services.merge_onto(current(event), base, mine)
    assert document == replace(theirs, headline="The Kent falls.", tags=("Kent", "Rain"))
    assert overlaps == ()


def test_old_documents_are_read_by_the_names_and_addresses_of_today(event: Event, editor: User) -> None:
    target = make_event("A flood.", slug="flood")
    category = Category.objects.create(name="Water")
    RelatedLink.objects.create(event=event, target=target, kind=LinkKind.PINNED, position=1)
    base = replace(exporter.event_document(current(event)), category="Water")
    services.rewrite(event, 1, base, editor=editor, comment="")

    category.name, category.aliases = "Rivers", ["Water"]
    category.save()
    TagAlias.objects.create(tag=make_tag("Kent"), name="River Kent")
    flood = replace(exporter.event_document(target), slug="a-flood", old_slugs=("flood",))
    services.rewrite(target, None, flood, editor=editor, comment="")

    (link,) = base.related
    mine = replace(base, tags=("River Kent",), related=(replace(link, note="The same water."),), summary="Mine.")
    document, overlaps = services.merge_onto(current(event), base, mine)
    moved = RelatedDocument(
        date=link.date, slug="a-flood", headline="A flood.", kind=LinkKind.PINNED, note="The same water."
    )
    assert (document.related, overlaps) == ((moved,), ())
    assert (document.category, document.tags, document.summary) == ("Rivers", ("River Kent",), "Mine.")
