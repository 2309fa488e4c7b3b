"""The revisions of a day page: which event is which from one to the next."""

import datetime as dt
import io
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from events.choices import Status
from events.documents import page_history
from events.documents.mediawiki import PageRevision
from events.documents.page_history import Page
from events.documents.records import CitationDocument, DayDocument, EventDocument, PageDocument, StateDocument
from tests.events.documents.test_files import DAY, export

DATE = dt.date(2031, 5, 4)
START = dt.datetime(2031, 5, 4, 8, tzinfo=dt.UTC)
FLOOD = "The River Kent leaves its bed at Kendal and floods the lower town."
COMET = "A comet is seen from the southern hemisphere."


def event(headline: str, *urls: str, topic: str = "") -> EventDocument:
    return EventDocument(
        date=DATE,
        headline=headline,
        topics=(topic,) if topic else (),
        citations=tuple(CitationDocument(label="BBC", url=url) for url in urls),
    )


def revision(hour: int) -> PageRevision:
    return PageRevision(
        title="Portal:Current events/2031 May 4",
        date=DATE,
        revision_id=str(hour),
        timestamp=START + dt.timedelta(hours=hour),
        contributor=f"Writer {hour}",
        comment=f"Edit {hour}",
    )


def follow(*pages: Sequence[EventDocument | str]) -> PageDocument:
    return page_history.follow(
        (
            revision(hour),
            DayDocument(date=DATE, events=tuple(event(one) if isinstance(one, str) else one for one in page)),
        )
        for hour, page in enumerate(pages)
    )


def headlines(states: Sequence[StateDocument]) -> list[str]:
    return [state.document.headline for state in states]


def test_an_event_keeps_its_identity_when_its_words_change_and_tells_who_changed_them_when() -> None:
    (states,) = follow([FLOOD], [FLOOD], [FLOOD.replace("lower town", "whole lower town")]).events
    assert [(state.contributor, state.comment, state.as_of) for state in states] == [
        ("Writer 0", "Edit 0", START),
        ("Writer 2", "Edit 2", START + dt.timedelta(hours=2)),
    ]


def test_an_event_keeps_its_identity_when_it_moves_under_another_topic() -> None:
    (states,) = follow([event(FLOOD)], [event(FLOOD, topic="2031 floods")]).events
    assert [state.document.topics for state in states] == [(), ("2031 floods",)]


def test_the_same_cited_address_makes_up_for_a_rewritten_headline() -> None:
    first, second = "Two people drown in a flood in Kendal.", "A flood drowns two people in Kendal, Cumbria."
    url = "https://bbc.example/kendal"
    assert len(follow([event(first)], [event(second)]).events) == 2  # the first is gone
    (states,) = follow([event(first, url)], [event(second, url)]).events
    assert headlines(states) == [first, second]


def test_events_that_change_places_are_not_mixed_up() -> None:
    page = follow([FLOOD, COMET], [COMET.replace("seen", "found"), FLOOD])
    assert [headlines(states) for states in page.events] == [[COMET, COMET.replace("seen", "found")], [FLOOD]]


def test_the_most_alike_of_two_candidates_is_the_one() -> None:
    first, second = "Fiji reports its first case of measles.", "Malawi reports its first case of measles."
    page = follow([first, second], [second.replace("first", "very first"), first.replace("first", "very first")])
    assert [headlines(states)[0] for states in page.events] == [second, first]


def test_what_disappears_is_withdrawn_with_its_history_and_stands_after_what_is_there() -> None:
    page = follow([FLOOD, COMET], [FLOOD.replace("lower", "upper"), COMET], [COMET])
    assert [states[-1].document.headline for states in page.events] == [COMET, FLOOD.replace("lower", "upper")]
    gone = page.events[1][-1]
    assert gone.document.status is Status.WITHDRAWN
    assert gone.document.withdrawn_reason == "Removed from the page of its day on 2031-05-04."
    assert gone.comment == "Edit 2"
    assert len(page.events[1]) == 3


def test_what_comes_back_after_the_page_was_blanked_is_the_same_event() -> None:
    (states,) = follow([FLOOD], [], [FLOOD]).events
    assert [state.document.status for state in states] == [Status.PUBLISHED, Status.WITHDRAWN, Status.PUBLISHED]


def test_revisions_may_come_in_any_order() -> None:
    days = [DayDocument(date=DATE, events=(event(FLOOD + "!" * number),)) for number in range(3)]
    pairs = [(revision(number), day) for number, day in enumerate(days)]
    assert page_history.follow(pairs) == page_history.follow(reversed(pairs))


@given(st.lists(st.lists(st.sampled_from([FLOOD, COMET, "A", "B", FLOOD + " Again."]), max_size=5), min_size=1))
def test_the_last_states_are_the_newest_revision_and_no_event_says_one_thing_twice_on_end(
    pages: list[list[str]],
) -> None:
    page = follow(*pages)
    present = [states[-1].document.headline for states in page.events if states[-1].document.status.is_public]
    assert present == pages[-1]
    for states in page.events:
        moments = [state.as_of for state in states]
        assert moments == sorted(set(moments), key=str)
        assert all(one.document != other.document for one, other in pairwise(states))
    seen = {headline for one in pages for headline in one}
    assert {headline for states in page.events for headline in headlines(states)} == seen


def read_export(*texts: str, title: str = "Portal:Current events/2031 May 4") -> Page:
    (found,) = page_history.read_pages(io.BytesIO(export(*texts, title=title)), "en")
    assert isinstance(found, Page)
    return found


def test_a_replaced_revision_that_cannot_be_read_is_noted_and_the_newest_is_an_error() -> None:
    saved = "<!DOCTYPE html><html><body>saved</body></html>"
    page = read_export(DAY, saved, DAY.replace("leaves", "left"))
    assert page.error is None and page.document and len(page.document.events[0]) == 2
    assert page.notes[0].startswith("its revision of 2031-05-05 00:00 was left out, a later one replaced it: ")
    page = read_export(DAY, saved)
    assert page.error and page.document and len(page.document.events) == 1


def test_a_date_in_the_text_that_differs_from_the_titles_is_noted() -> None:
    page = read_export(DAY, title="Portal:Current events/2031 May 5")
    assert page.document and page.document.date == dt.date(2031, 5, 5)
    assert page.notes == ("its text says 2031-05-04; the date of its title, 2031-05-05, was taken",)
