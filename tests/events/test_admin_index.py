"""The first page of the desk: what waits, in numbers that lead there."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events.models import Event, LookAlike
from tests.events.desk import add, contradict
from tests.events.making import cite, make_event

pytestmark = pytest.mark.django_db
INDEX = "admin:index"


def test_what_imports_left_to_editors_is_counted_and_leads_to_its_list(desk: Client) -> None:
    event, other = add(desk), make_event("A dam opens.")
    contradict(event, "headline", headline="A big dam is opened.")
    contradict(event, "summary", summary="It holds water.")
    LookAlike.objects.create(one=event, other=other, likeness=90)
    for label in ("The Courier", "the courier", "Echo", "Kurier"):
        cite(event, label)
    html = desk.get(reverse(INDEX)).content.decode()
    for view, shown in (
        ("events_event_conflicts", "<strong>2</strong> import conflicts"),
        ("events_event_look_alikes", "<strong>1</strong> look-alike"),
        ("sources_publisher_labels", "<strong>3</strong> unknown labels"),
    ):
        address = reverse(f"admin:{view}")
        assert f'<a href="{address}">{shown}</a>' in html
        assert desk.get(address).context["page"].paginator.count == int(shown[8])


def test_who_may_not_see_publishers_is_not_told_of_labels(client: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(reader)
    html = client.get(reverse(INDEX)).content.decode()
    assert "import conflicts" in html
    assert "unknown labels" not in html


def test_the_first_page_takes_the_same_queries_with_one_event_and_with_many(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contradict(add(desk), "headline", headline="A big dam is opened.")
    desk.get(reverse(INDEX))
    with django_assert_num_queries(10) as few:
        desk.get(reverse(INDEX))
    for number in range(20):
        event = make_event(f"Dam {number} is opened.")
        contradict(event, "headline", headline="A big dam is opened.")
        cite(event, f"Courier {number}")
        LookAlike.objects.create(one=Event.objects.earliest("pk"), other=event, likeness=80)
    with django_assert_num_queries(len(few)):
        desk.get(reverse(INDEX))
