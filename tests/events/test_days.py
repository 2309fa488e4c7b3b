import datetime as dt

import pytest

from events import calendars, days
from events.models import Event
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db


def listed(event: Event) -> days.Entry:
    return days.entry(Event.objects.with_relations().get(pk=event.pk))


def test_a_day_stands_by_category_in_their_order_and_events_without_one_come_last() -> None:
    make_event("None.")
    make_event("Sports.", category="Sports")
    make_event("Conflict.", category="Armed conflicts and attacks")

    found = days.day("en", DAY)

    assert [str(section.category) for section in found.sections] == ["Armed conflicts and attacks", "Sports", "None"]
    assert found.count == 3


def test_in_a_category_topics_come_first_and_what_stands_out_before_the_rest() -> None:
    make_event("Y.")
    cite(make_event("Z."), "Gazette")
    make_event("Of A.", topics=["topic a"])
    make_event("Of B.", topics=["Topic B"])
    cite(make_event("Of B too.", topics=["Topic B"]), "Gazette")

    found = days.day("en", DAY)

    [section] = found.sections
    assert [story.topics[0].name for story in section.stories] == ["Topic B", "topic a"]
    assert [entry.headline for entry in section.entries] == ["Z.", "Y."]
    assert [entry.headline for entry in found.entries] == ["Of B too.", "Of B.", "Of A.", "Z.", "Y."]
    assert found.leading[0].headline == "Of B too."


def test_topics_below_a_topic_are_one_level_however_many_they_are() -> None:
    make_event("Of the war.", topics=["War"])
    make_event("Of the siege.", topics=["War", "Campaign", "Siege"])

    [section] = days.day("en", DAY).sections
    [story] = section.stories

    assert [entry.headline for entry in story.entries] == ["Of the war."]
    assert [[tag.name for tag in below.topics] for below in story.stories] == [["Campaign", "Siege"]]


def test_an_event_does_not_repeat_the_topic_that_stands_above_it() -> None:
    make_event("The Strike: the harbour closes.", topics=["the strike"], tags=["Harbour"])

    [section] = days.day("en", DAY).sections
    [entry] = section.stories[0].entries

    assert entry.headline == "the harbour closes."
    assert [tag.name for tag in entry.context] == ["Harbour"]


def test_a_headline_keeps_a_prefix_that_is_no_topic_of_its_own() -> None:
    topic = make_tag("Strike")

    assert days.without_topics("Breaking: it rains.", [topic]) == "Breaking: it rains."
    assert days.without_topics("Strike: ", [topic]) == "Strike: "


def test_the_newest_days_are_those_that_have_public_events() -> None:
    for back in (0, 3, 4, 9):
        make_event("It happens.", DAY - dt.timedelta(back))
    make_event("A draft.", DAY + dt.timedelta(1), status="draft")

    found, before = days.newest_days("en", 2)

    assert [(DAY - day.date).days for day in found] == [0, 3]
    assert before == DAY - dt.timedelta(4)
    assert days.newest_days("en", 4)[1] is None
    assert [entry.headline for entry in found[0].entries] == ["It happens."]


def test_what_is_on_its_way_is_asked_for_apart() -> None:
    make_event("It happens.")
    make_event("A draft.", status="draft")
    make_event("Scheduled.", status="scheduled")
    make_event("Withdrawn.", status="withdrawn")
    make_event("草稿。", language="zh", status="draft")

    assert [event.headline for event in days.unpublished("en", DAY)] == ["A draft.", "Scheduled."]


def test_running_topics_are_those_that_lead_most_public_events() -> None:
    make_event("One.", topics=["War"], tags=["Harbour"])
    make_event("Two.", topics=["War"], tags=["Harbour"])
    make_event("Three.", topics=["Strike"], tags=["Harbour"])
    make_event("A draft.", topics=["Secret"], status="draft")
    make_event("Long ago.", DAY - dt.timedelta(99), topics=["Old"])

    found = days.running("en", *calendars.month_bounds(2017, 2))

    assert [(topic.tag.name, topic.count) for topic in found] == [("War", 2), ("Strike", 1)]


def test_a_reference_leads_to_the_article_else_to_its_own_page_else_nowhere() -> None:
    event = make_event("It happens.")
    cite(event, "Reuters", "Reuters", url="https://example.org/a")
    cite(event, "", "The Hill", title="A title")
    cite(event, "BBC", "BBC")
    cite(event, "Hostile", title="Bad", url="javascript:alert(1)")

    found = listed(event).references

    assert [reference.label for reference in found] == ["Reuters", "The Hill", "BBC", "Hostile"]
    assert [reference.is_outside for reference in found] == [True, False, False, False]
    assert found[0].url == "https://example.org/a"
    assert found[1].url.startswith("/source/")
    assert found[2].url == ""
    assert found[3].url.startswith("/source/")
    assert [str(reference.publisher) for reference in found] == ["Reuters", "The Hill", "BBC", "None"]
