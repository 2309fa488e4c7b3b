import datetime as dt
import random

import pytest
from pytest_django import DjangoAssertNumQueries

from events import related as module
from events.choices import LinkKind, Status
from events.models import Event, EventTag, RelatedLink, TagAlias
from events.related import Related, related
from tests.events.making import DAY, make_event, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return make_event("The harbour closes.", topics=["Strike"], tags=["Harbour", "Union"])


def headlines(found: list[Related]) -> list[str]:
    return [link.event.headline for link in found]


def names(link: Related) -> list[str]:
    return [shared.name for shared in link.context]


def store(event: Event, target: Event, kind: LinkKind, position: int = 0, **fields: object) -> RelatedLink:
    return RelatedLink.objects.create(event=event, target=target, kind=kind, position=position, **fields)


def test_events_that_share_more_tags_come_first_then_newer_ones_then_by_slug(event: Event) -> None:
    make_event("One tag, older.", DAY - dt.timedelta(9), tags=["Union"])
    make_event("One tag, b.", DAY, tags=["Union"])
    make_event("One tag, a.", DAY, tags=["Harbour"])
    make_event("Two tags, oldest.", DAY - dt.timedelta(99), tags=["Union", "Strike"])
    make_event("No tag.", tags=["Elsewhere"])

    found = related(event)

    assert headlines(found) == ["Two tags, oldest.", "One tag, a.", "One tag, b.", "One tag, older."]
    assert names(found[0]) == ["Strike", "Union"]
    assert {link.kind for link in found} == {"computed"}
    assert found[0].context[0].tag == make_tag("Strike")


def test_the_ninth_stands_before_the_thirtieth_only_if_it_is_newer(event: Event) -> None:
    for day in (9, 30):
        make_event(f"On the {day}th.", dt.date(2017, 7, day), tags=["Union"])

    assert headlines(related(event)) == ["On the 30th.", "On the 9th."]


def test_an_imported_list_stands_as_the_archive_wrote_it_and_nothing_is_computed(event: Event) -> None:
    make_event("Computed.", tags=["Union"])
    first = make_event("First.", dt.date(2008, 1, 1))
    second = make_event("Second.", dt.date(2018, 1, 1))
    store(event, second, LinkKind.IMPORTED, 1, context=["union", "Something else"])
    store(event, first, LinkKind.IMPORTED, 0)

    found = related(event)

    assert headlines(found) == ["First.", "Second."]
    assert names(found[1]) == ["union", "Something else"]
    assert [shared.tag for shared in found[1].context] == [make_tag("Union"), None]
    assert found[0].kind == "imported"


def test_pinned_links_come_first_with_their_note(event: Event) -> None:
    make_event("Computed.", tags=["Union"])
    store(event, make_event("Pinned."), LinkKind.PINNED, note="The same pier.")

    found = related(event)

    assert headlines(found) == ["Pinned.", "Computed."]
    assert (found[0].kind, found[0].note) == ("pinned", "The same pier.")


def test_a_pinned_event_does_not_come_twice(event: Event) -> None:
    store(event, make_event("Pinned.", tags=["Union"]), LinkKind.PINNED)

    assert headlines(related(event)) == ["Pinned."]


def test_hidden_events_never_come_but_the_other_way_is_untouched(event: Event) -> None:
    hidden = make_event("Hidden.", tags=["Union"])
    store(event, hidden, LinkKind.HIDDEN)

    assert related(event) == []
    assert headlines(related(hidden)) == [event.headline]


@pytest.mark.parametrize("kind", [LinkKind.PINNED, LinkKind.IMPORTED, None])
def test_only_public_events_of_the_same_language_come(event: Event, kind: LinkKind | None) -> None:
    others = [
        make_event("A draft.", tags=["Union"], status=Status.DRAFT),
        make_event("Withdrawn.", tags=["Union"], status=Status.WITHDRAWN),
        make_event("别的版本。", tags=["Union"], language="zh"),
    ]
    for other in others if kind else []:
        store(event, other, kind or LinkKind.PINNED)

    assert related(event) == []


def test_ten_are_enough(event: Event) -> None:
    for number in range(12):
        make_event(f"Number {number}.", tags=["Union"])

    assert len(related(event)) == 10
    assert len(related(event, limit=3)) == 3


def test_pinned_and_imported_links_together_are_ten_at_most(event: Event) -> None:
    for number in range(12):
        kind = LinkKind.PINNED if number % 2 else LinkKind.IMPORTED
        store(event, make_event(f"Number {number}."), kind, number)

    found = related(event)

    assert [link.kind for link in found] == ["pinned"] * 6 + ["imported"] * 4


def test_a_context_that_names_a_merged_tag_as_the_event_spells_it_leads_to_the_tag(event: Event) -> None:
    tag = make_tag("Union")
    TagAlias.objects.create(tag=tag, name="Dockers")
    event.event_tags.filter(tag=tag).update(spelling="Dockers")
    store(event, make_event("Linked."), LinkKind.IMPORTED, context=["Dockers"])

    assert related(event)[0].context[0].tag == tag


def test_an_event_without_tags_leads_nowhere() -> None:
    make_event("Another.", tags=["Union"])

    assert related(make_event("Alone.")) == []


@pytest.mark.parametrize("size", [2, 20])
def test_the_number_of_queries_does_not_grow(
    event: Event, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        make_event(f"Number {number}.", tags=["Union", "Harbour"])

    with django_assert_num_queries(8):
        related(event)


@pytest.mark.parametrize("size", [2, 20])
def test_the_number_of_queries_is_bounded_where_tags_are_frequent(
    event: Event, size: int, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    monkeypatch.setattr(module, "REACH", 2)
    monkeypatch.setattr(module, "MANY", 4)
    monkeypatch.setattr(module, "SCANNED", 1)
    store(event, make_event("Pinned."), LinkKind.PINNED)
    for number in range(size):
        make_event(f"Number {number}.", tags=[["Union", "Harbour", "Strike"][number % 3]])

    with django_assert_max_num_queries(12):
        assert len(related(event)) == min(size + 1, 10)


# --- Against the rule as it is told, on small wikis ---------------------------------------------------------------


def make_wiki(chance: random.Random) -> list[tuple[Event, set[int]]]:
    """Up to forty events of few days that bear some of nine tags, the first most; one in ten is a draft."""
    tags = [make_tag(name) for name in "Harbour Union Strike Pier Crane Tide Quay Ferry Buoy".split()]
    size, days = chance.randint(1, 40), chance.randint(1, 6)
    frequency = [chance.choice((0.05, 0.2, 0.35, 0.9)) for _ in tags]
    events = Event.objects.bulk_create(
        Event(
            headline="Told.",
            date=DAY - dt.timedelta(chance.randrange(days)),
            slug=f"{chance.randrange(10)}-{number}",
            status=Status.DRAFT if chance.random() < 0.1 else Status.PUBLISHED,
        )
        for number in range(size)
    )
    borne = [{tag.pk for tag, often in zip(tags, frequency, strict=True) if chance.random() < often} for _ in events]
    borne[0] |= {tag.pk for tag in chance.sample(tags, chance.randint(0, len(tags)))}
    EventTag.objects.bulk_create(
        EventTag(event=event, tag_id=tag, position=position, date=event.date, is_public=event.is_public)
        for event, its in zip(events, borne, strict=True)
        for position, tag in enumerate(its)
    )
    return list(zip(events, borne, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_found_is_what_counting_every_event_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(25):
        Event.objects.all().delete()
        (event, tags), *others = make_wiki(chance)
        hidden = {other.pk for other, _ in others if chance.random() < 0.1}
        RelatedLink.objects.bulk_create(
            RelatedLink(event=event, target_id=target, kind=LinkKind.HIDDEN) for target in hidden
        )
        monkeypatch.setattr(module, "FEW", chance.choice((0, 30)))
        monkeypatch.setattr(module, "REACH", chance.randint(1, 20))
        monkeypatch.setattr(module, "MANY", chance.randint(1, 30))
        monkeypatch.setattr(module, "SCANNED", chance.randint(1, 10))
        limit = chance.choice((1, 1, 2, 3, 10))
        numbers = {
            other: len(tags & its) for other, its in others if other.is_public and other.pk not in hidden and tags & its
        }
        closest = sorted(numbers, key=lambda other: (-numbers[other], -other.date.toordinal(), other.slug))

        found = related(event, limit)

        assert [link.event for link in found] == closest[:limit]
        assert [len(link.context) for link in found] == [numbers[link.event] for link in found]
