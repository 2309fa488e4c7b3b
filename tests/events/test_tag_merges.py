"""Two tags become one, imports follow, and the undo brings both back."""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events import exporter, services
from events.documents.records import EventDocument
from events.importer import Report, import_document
from events.importer.tag_merges import MergeError, keep_chosen, merge, preview, undo
from events.models import Event, EventTag, Tag, TagAlias, TagChange
from tests.events.rows import all_rows

DAY = dt.date(2031, 5, 4)
# The record that there was a merge stays; the others are no tag's, and there are many of them.
LEFT_OUT = frozenset({"events.TagChange", "sources.Publisher", "sources.PublisherAlias", "events.Category"})


def told(slug: str, *tags: str, topics: Sequence[str] = ()) -> Event:
    document = EventDocument(date=DAY, slug=slug, language="en", headline=f"{slug}.", tags=tags, topics=tuple(topics))
    import_document(document, Report())
    return Event.objects.get(slug=slug)


def tag(name: str) -> Tag:
    return Tag.objects.by_any_name("en", [name])[name.casefold()]


def joined(gone: str, kept: str) -> TagChange:
    with transaction.atomic():
        return merge(tag(gone), tag(kept))


def undone(change: TagChange) -> Tag:
    with transaction.atomic():
        return undo(change)


def borne(event: Event) -> list[tuple[str, str, int | None]]:
    """The event's tags in order, each with the spelling and its place among the topics."""
    return [(row.tag.name, row.spelling, row.topic_position) for row in event.event_tags.select_related("tag")]


def rows() -> dict[str, list[dict[str, object]]]:
    return all_rows(LEFT_OUT)


@pytest.mark.django_db
def test_the_events_of_the_gone_tag_bear_the_kept_one_under_their_own_spelling_and_without_a_revision() -> None:
    event, both = told("port", "Bombay", "Sea"), told("rail", "Bombay", "Mumbai")
    joined("bombay", "mumbai")
    assert borne(event) == [("Mumbai", "Bombay", None), ("Sea", "Sea", None)]
    assert borne(both) == [("Mumbai", "Mumbai", None)]
    assert not Tag.objects.filter(key="bombay").exists()
    assert [event.revisions.count() for event in (event, both)] == [1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("topics", "place"),
    [(["Bombay"], 0), (["Mumbai"], 0), (["Sea", "Bombay"], 1), (["Bombay", "Mumbai"], 1), ([], None)],
)
def test_an_event_of_both_keeps_the_leading_role_if_either_had_it(topics: list[str], place: int | None) -> None:
    event = told("rail", "Bombay", "Mumbai", "Sea", topics=topics)
    joined("bombay", "mumbai")
    assert next(row for row in borne(event) if row[0] == "Mumbai") == ("Mumbai", "Mumbai", place)


@pytest.mark.django_db
def test_all_names_of_the_gone_tag_lead_to_the_kept_one(client: Client) -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    TagAlias.objects.create(tag=tag("bombay"), name="Bom")
    joined("bombay", "mumbai")
    assert {alias.name for alias in tag("mumbai").aliases.all()} == {"Bom", "Bombay"}
    for name in ("bombay", "bom"):
        response = client.get(reverse("events:tag", kwargs={"language": "en", "tag": name}))
        assert (response.status_code, response["Location"]) == (301, tag("mumbai").get_absolute_url())


@pytest.mark.django_db
def test_imports_follow_the_merge_by_themselves() -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    joined("bombay", "mumbai")
    assert borne(told("ship", "bombay", "Sea")) == [("Mumbai", "bombay", None), ("Sea", "Sea", None)]
    before = rows()
    told("port", "Bombay")
    assert rows() == before


@pytest.mark.django_db
def test_the_kept_tag_gains_what_it_lacked_and_keeps_its_name_without_events() -> None:
    event = told("port", "Bombay")
    told("rail", "Mumbai")
    Tag.objects.filter(key="bombay").update(description="A city.", wikidata="Q1156")
    Tag.objects.filter(key="mumbai").update(description="A port.")
    joined("bombay", "mumbai")
    kept = tag("mumbai")
    assert (kept.name, kept.description, kept.wikidata) == ("Mumbai", "A port.", "Q1156")
    for told_of in (event, Event.objects.get(slug="rail")):
        document = exporter.event_document(Event.objects.with_everything().get(pk=told_of.pk))
        services.rewrite(told_of, None, replace(document, tags=()), editor=None, comment="")
    assert tag("bombay") == kept
    assert kept in [*Tag.objects.filter(is_name_chosen=True)]  # as the export asks


@pytest.mark.django_db
def test_a_preview_says_what_a_merge_does() -> None:
    told("port", "Bombay"), told("rail", "Mumbai", "Bombay"), told("ship", "Mumbai")
    TagAlias.objects.create(tag=tag("bombay"), name="Bom")
    shown = preview(tag("bombay"), tag("mumbai"))
    assert (shown.events, shown.both, shown.names) == (2, 1, ("Bombay", "Bom"))


@pytest.mark.django_db
def test_tags_of_two_languages_and_a_tag_with_itself_are_not_merged() -> None:
    told("port", "Bombay")
    other = Tag.objects.create(language="zh", name="孟买")
    for gone, kept in ((tag("bombay"), other), (tag("bombay"), tag("bombay"))):
        with pytest.raises(MergeError), transaction.atomic():
            merge(gone, kept)
    lost = tag("bombay")
    joined("bombay", told("rail", "Mumbai").event_tags.get().tag.key)
    with pytest.raises(MergeError, match="no longer there"), transaction.atomic():
        merge(lost, tag("mumbai"))


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_merge_two_tags_into_one_another_at_once_one_does() -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    tags = [tag("bombay"), tag("mumbai")]

    def try_to_merge(gone: Tag, kept: Tag) -> bool:
        try:
            with transaction.atomic():
                merge(gone, kept)
        except MergeError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(try_to_merge, *pair) for pair in (tags, reversed(tags))]
        assert sorted(done.result(timeout=60) for done in tried) == [False, True]
    assert EventTag.objects.filter(tag=Tag.objects.get()).count() == 2


# --- Undone -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_undone_the_tag_is_back_as_the_same_row_with_its_own_fields() -> None:
    told("port", "Bombay", "Sea", topics=["Bombay"])
    told("rail", "Sea", "Mumbai", "Bombay", topics=["Bombay"])
    gone = tag("bombay")
    Tag.objects.filter(pk=gone.pk).update(description="A city.", wikidata="Q1156", is_name_chosen=True)
    TagAlias.objects.create(tag=gone, name="Bom")
    TagAlias.objects.create(tag=tag("mumbai"), name="BOM port")
    before = rows()
    change = joined("bombay", "mumbai")
    assert rows() != before
    assert undone(change).pk == gone.pk
    assert rows() == before
    change.refresh_from_db()
    assert change.undone_at
    with pytest.raises(MergeError, match="undone or merged on"):
        undone(change)


@pytest.mark.django_db
def test_what_came_after_the_merge_under_the_tags_name_returns_with_it() -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    change = joined("bombay", "mumbai")
    ship = told("ship", "Bombay", topics=["Bombay"])
    undone(change)
    assert borne(ship) == [("Bombay", "Bombay", 0)]


@pytest.mark.django_db
def test_an_event_whose_tag_was_spelt_anew_or_taken_away_since_stays_as_it_is() -> None:
    editor = User.objects.create_user("ed")
    events = [told(slug, "Bombay", "Sea") for slug in ("port", "rail")]
    told("ship", "Mumbai")
    change = joined("bombay", "mumbai")
    for event, tags in zip(events, [("Mumbai", "Sea"), ("Sea",)], strict=True):
        document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
        services.rewrite(event, None, replace(document, tags=tags), editor=editor, comment="")
    undone(change)
    assert [borne(event) for event in events] == [
        [("Mumbai", "Mumbai", None), ("Sea", "Sea", None)],
        [("Sea", "Sea", None)],
    ]
    assert tag("bombay").name == "Bombay"


@pytest.mark.django_db
def test_an_event_of_both_that_was_written_since_gets_the_tag_back_behind_all_others() -> None:
    event = told("rail", "Bombay", "Mumbai", "Sea", topics=["Bombay"])
    change = joined("bombay", "mumbai")
    document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
    services.rewrite(event, None, replace(document, tags=(*document.tags, "Port")), editor=None, comment="")
    undone(change)
    assert borne(event) == [
        ("Mumbai", "Mumbai", 0),
        ("Sea", "Sea", None),
        ("Port", "Port", None),
        ("Bombay", "Bombay", 1),
    ]


@pytest.mark.django_db
def test_merges_without_common_events_are_undone_in_any_order() -> None:
    told("port", "Bombay"), told("rail", "Mumbai"), told("ship", "Bom")
    before = rows()
    first, second = joined("bombay", "mumbai"), joined("bom", "mumbai")
    undone(first)
    assert tag("mumbai").is_name_chosen, "it has another tag's names still"
    undone(second)
    assert rows() == before


@pytest.mark.django_db
def test_of_merges_with_common_events_the_later_one_is_undone_first() -> None:
    told("port", "Bombay", "Bom", "Mumbai", topics=["Bom"])
    before = rows()
    first, second = joined("bombay", "mumbai"), joined("bom", "mumbai")
    with pytest.raises(MergeError, match="“Bom”, merged afterwards"):
        undone(first)
    undone(second)
    undone(first)
    assert rows() == before


@pytest.mark.django_db
def test_a_merge_into_a_tag_that_was_merged_itself_is_undone_after_it() -> None:
    told("port", "Bombay"), told("rail", "Mumbai"), told("ship", "India")
    before = rows()
    first, second = joined("bombay", "mumbai"), joined("mumbai", "india")
    assert borne(Event.objects.get(slug="port")) == [("India", "Bombay", None)]
    first.refresh_from_db()
    with pytest.raises(MergeError, match="“Mumbai” itself was merged into “India”"):
        undone(first)
    undone(second)
    first.refresh_from_db()
    assert first.tag == tag("mumbai")
    undone(first)
    assert rows() == before


@pytest.mark.django_db
def test_a_tag_does_not_come_back_under_a_name_that_another_has_by_now() -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    change = joined("bombay", "mumbai")
    before = rows()
    TagAlias.objects.filter(key="bombay").delete()
    told("ship", "Bombay")
    with pytest.raises(MergeError, match="is a name of “Bombay” by now"):
        undone(change)
    Event.objects.filter(slug="ship").delete()
    Tag.objects.filter(key="bombay").delete()
    kept = tag("mumbai")
    kept.name = "Bombay"
    kept.save()
    with pytest.raises(MergeError, match="is a name of “Bombay” by now"):
        undone(change)
    kept.name = "Mumbai"
    kept.save()
    TagAlias.objects.create(tag=kept, name="Bombay")
    assert rows() == before


@pytest.mark.django_db
def test_what_an_editor_said_of_the_kept_tag_since_stays() -> None:
    told("port", "Bombay"), told("rail", "Mumbai")
    Tag.objects.filter(key="bombay").update(description="A city.", wikidata="Q1156")
    change = joined("bombay", "mumbai")
    Tag.objects.filter(key="mumbai").update(description="A port.")
    keep_chosen(tag("mumbai"))
    undone(change)
    kept = tag("mumbai")
    assert (kept.description, kept.wikidata, kept.is_name_chosen) == ("A port.", "", True)


@pytest.mark.django_db
def test_shown_names_stay_those_that_most_events_use() -> None:
    for slug, name in (("a", "mumbai"), ("b", "Mumbai"), ("c", "Mumbai"), ("d", "BOMBAY"), ("e", "Bombay")):
        told(slug, name)
    for slug in ("f", "g", "h"):
        told(slug, "Bombay")
    change = joined("bombay", "mumbai")
    assert tag("mumbai").name == "Mumbai"
    for slug in ("i", "j", "k"):
        told(slug, "MUMBAI")
        told(f"{slug}2", "BOMBAY")
        told(f"{slug}3", "BOMBAY")
    undone(change)
    assert (tag("mumbai").name, tag("bombay").name) == ("MUMBAI", "BOMBAY")


# --- Any wiki -----------------------------------------------------------------------------------------------------

NAMES = ["Bombay", "bombay", "Mumbai", "Bom", "Sea", "India"]
tag_names = st.lists(st.sampled_from(NAMES), max_size=4).map(tuple)
wikis = st.lists(st.tuples(tag_names, st.lists(st.sampled_from(NAMES), max_size=2)), min_size=1, max_size=6)
sayings = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "A city."]), st.booleans()), max_size=3)
pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=4)


def build(wiki: list[tuple[tuple[str, ...], list[str]]], said: list[tuple[str, str, bool]]) -> None:
    for number, (names, topics) in enumerate(wiki):
        told(f"event-{number}", *names, *topics, topics=topics)
    for name, description, is_chosen in said:
        Tag.objects.filter(key=name.casefold()).update(description=description, is_name_chosen=is_chosen)
        if is_chosen and (found := Tag.objects.filter(key=name.casefold()).first()):
            defaults = {"tag": found, "name": f"Old {found.key}"}
            TagAlias.objects.get_or_create(language="en", key=f"old {found.key}", defaults=defaults)


def merge_all(chosen: list[tuple[str, str]]) -> list[TagChange]:
    """Merge the pairs that there still are."""
    changes = []
    for gone, kept in chosen:
        found = Tag.objects.by_any_name("en", [gone, kept])
        one, other = found.get(gone.casefold()), found.get(kept.casefold())
        if one and other and one != other:
            changes.append(joined(one.key, other.key))
    return changes


def is_undone(change: TagChange) -> bool:
    try:
        undone(change)
    except MergeError:
        return False
    return True


@pytest.mark.django_db
@settings(max_examples=30)
@given(wiki=wikis, said=sayings, chosen=pairs, random=st.randoms(use_true_random=False))
def test_merges_undone_in_any_order_that_is_allowed_leave_the_same_rows(
    wiki: list[tuple[tuple[str, ...], list[str]]],
    said: list[tuple[str, str, bool]],
    chosen: list[tuple[str, str]],
    random: Random,
) -> None:
    with transaction.atomic():
        build(wiki, said)
        before = rows()
        left = merge_all(chosen)
        while left:
            random.shuffle(left)
            refused = [change for change in left if not is_undone(change)]
            assert len(refused) < len(left), "one can always be undone"
            left = refused
        assert rows() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=20)
@given(wiki=wikis, later=wikis, chosen=pairs)
def test_whatever_comes_in_between_every_row_bears_the_tag_that_its_spelling_names(
    wiki: list[tuple[tuple[str, ...], list[str]]],
    later: list[tuple[tuple[str, ...], list[str]]],
    chosen: list[tuple[str, str]],
) -> None:
    with transaction.atomic():
        build(wiki, [])
        changes = merge_all(chosen)
        build(later, [])
        for change in reversed(changes):
            undone(TagChange.objects.get(pk=change.pk))
        for row in EventTag.objects.select_related("tag"):
            assert Tag.objects.by_any_name("en", [row.spelling]).get(row.spelling.casefold()) == row.tag
        for number, (names, topics) in enumerate(wiki):
            event = Event.objects.get(slug=f"event-{number}")
            keys = set(event.event_tags.values_list("tag__key", flat=True))
            assert {name.casefold() for name in (*names, *topics)} <= keys
        transaction.set_rollback(True)
