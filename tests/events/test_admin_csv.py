"""The list of events as a table: what the filter leaves, as RFC 4180 has it, and no cell a formula."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from events.admin.event_csv import COLUMNS, FORMULA, safe
from events.choices import Status
from events.models import Event
from tests.events.desk import add, form_data
from tests.events.making import cite, make_event

ADDRESS = "admin:events_event_csv"


def table(desk: Client, query: str = "") -> list[list[str]]:
    response: Any = desk.get(reverse(ADDRESS) + query)
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.django_db
def test_the_table_holds_what_the_filter_leaves_in_the_order_of_the_list(desk: Client) -> None:
    event = make_event('A "big", dam\nis opened.', topics=["Water"], tags=["Paris, Texas"], category="Sports")
    cite(event, "Reuters", "Reuters", url="https://example.org/dam")
    make_event("A draft.", status=Status.DRAFT)
    head, row = table(desk, "?status__exact=published")
    assert tuple(head) == COLUMNS
    assert row[:9] == [
        "2017-02-02",
        'A "big", dam\nis opened.',
        "Sports",
        "Water",
        'Water, "Paris, Texas"',
        "Reuters",
        "https://example.org/dam",
        "published",
        "",
    ]
    assert row[-1] == f"http://testserver{event.get_absolute_url()}"
    assert len(table(desk)) == 3
    assert desk.get(reverse(ADDRESS) + "?day=x").status_code == 302


@pytest.mark.django_db
def test_who_changed_an_event_last_stands_in_the_table(desk: Client) -> None:
    add(desk, **form_data())
    assert table(desk)[1][COLUMNS.index("last changed by")] == "ed"


@pytest.mark.django_db
def test_no_cell_is_a_formula(desk: Client) -> None:
    event = make_event("=HYPERLINK(1)", tags=["@SUM(A1)", "+1"])
    cite(event, "-2+3")
    Event.objects.filter(pk=event.pk).update(headline="\t=1")
    for cell in table(desk)[1]:
        assert not cell.startswith(FORMULA)
    assert "'\t=1" in table(desk)[1]


@given(st.text())
def test_a_safe_cell_says_what_it_said(text: str) -> None:
    assert not safe(text).startswith(FORMULA)
    assert safe(text) in (text, f"'{text}")


@pytest.mark.django_db
def test_who_may_not_see_events_gets_no_table(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(reverse(ADDRESS)).status_code == 403


@pytest.mark.django_db
def test_a_table_takes_as_many_queries_for_many_events_as_for_few(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cite(make_event("A dam is opened.", tags=["River"]), "Reuters")
    with django_assert_num_queries(8) as few:
        table(desk)
    for number in range(10):
        cite(make_event(f"Dam {number} is opened.", tags=[f"River {number}"]), "Reuters")
    with django_assert_num_queries(len(few)):
        table(desk)
