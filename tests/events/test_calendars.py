import datetime as dt

import pytest

from events import calendars
from tests.events.making import DAY, cite, make_event

pytestmark = pytest.mark.django_db


def test_neighbours_are_the_nearest_days_with_public_events_of_the_edition() -> None:
    make_event("Before.", DAY - dt.timedelta(5))
    make_event("先。", DAY - dt.timedelta(1), language="zh")
    make_event("A draft.", DAY + dt.timedelta(1), status="draft")

    assert calendars.neighbours("en", DAY, DAY) == (DAY - dt.timedelta(5), None)


def test_a_month_counts_its_days_in_weeks_from_monday() -> None:
    for headline in ("One.", "Two.", "Three.", "Four."):
        make_event(headline)
    make_event("Later.", dt.date(2017, 2, 28))

    month = calendars.month("en", 2017, 2)

    assert month.count == 5
    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.weeks[0][1] is None
    cells = {cell.date.day: cell for week in month.weeks for cell in week if cell}
    assert list(cells) == list(range(1, 29))
    assert [(cells[day].count, cells[day].strength) for day in (1, 2, 28)] == [(0, 0), (4, 4), (1, 2)]


def test_a_year_has_twelve_months_of_one_measure() -> None:
    for headline in ("One.", "Two.", "Three.", "Four."):
        make_event(headline)
    make_event("Later.", dt.date(2017, 12, 31))

    months = calendars.months("en", dt.date(2017, 1, 1), dt.date(2017, 12, 31))

    assert [month.first.month for month in months] == list(range(1, 13))
    assert [month.count for month in months] == [0, 4, *[0] * 9, 1]
    last = months[11].weeks[-1][6]
    assert last and (last.count, last.strength) == (1, 2)


def test_one_very_busy_day_does_not_make_the_others_look_alike() -> None:
    for day, count in ((1, 1), (2, 2), (3, 3), (4, 40)):
        for number in range(count):
            make_event(f"Number {number}.", dt.date(2017, 2, day))

    month = calendars.month("en", 2017, 2)

    cells = [cell for week in month.weeks for cell in week if cell and cell.count]
    assert [cell.strength for cell in cells] == [1, 2, 3, 4]


def test_one_mistyped_year_takes_none_of_the_others_away() -> None:
    for year in (217, 2017):
        make_event("It happens.", dt.date(year, 5, 6))
    assert calendars.years("en") == [217, 2017]


def test_the_years_are_those_that_have_public_events_of_the_edition() -> None:
    for year in (2010, 2014, 2017):
        make_event("It happens.", dt.date(year, 5, 6))
    make_event("A draft.", dt.date(2015, 1, 1), status="draft")
    make_event("中文。", dt.date(2012, 1, 1), language="zh")

    assert calendars.years("en") == [2010, 2014, 2017]
    assert calendars.years("zh") == [2012]
    assert calendars.years("de") == []


def test_the_same_day_in_other_years_shows_what_most_sources_report_newest_year_first() -> None:
    make_event("This year.")
    make_event("Cited by none.", dt.date(2015, 2, 2))
    cited = make_event("Cited.", dt.date(2015, 2, 2))
    cite(cited, "BBC")
    make_event("Another day.", dt.date(2016, 2, 3))
    make_event("A draft.", dt.date(2014, 2, 2), status="draft")
    make_event("Later.", dt.date(2019, 2, 2))
    make_event("Too far.", dt.date(1950, 2, 2))

    found = calendars.other_years("en", DAY)

    assert [(one.year, one.event.headline) for one in found] == [(2019, "Later."), (2015, "Cited.")]


def test_a_leap_day_is_the_same_day_only_in_leap_years() -> None:
    make_event("Leap.", dt.date(2016, 2, 29))
    make_event("No leap.", dt.date(2015, 3, 1))

    assert [one.year for one in calendars.other_years("en", dt.date(2020, 2, 29))] == [2016]


def test_a_month_lists_its_days_with_the_sentences_that_most_sources_report() -> None:
    for number in range(5):
        event = make_event(f"Number {number}.")
        for label in ("BBC", "Reuters", "NPR")[: number % 4]:
            cite(event, label)
    make_event("Later.", dt.date(2017, 2, 20))
    month = calendars.month("en", 2017, 2)

    first, second = calendars.days_of_month("en", month)

    assert (first.date, first.count) == (DAY, 5)
    assert sorted(event.headline for event in first.events) == ["Number 1.", "Number 2.", "Number 3."]
    assert [event.headline for event in second.events] == ["Later."]
