"""Questions to the list of events are saved, shared, renamed and deleted; they lead nowhere but to the list."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from events.choices import Status
from events.models import SavedFilter
from tests.events.desk import HOSTILE, messages
from tests.events.making import make_event

pytestmark = pytest.mark.django_db
LIST, SAVE, FILTERS = "admin:events_event_changelist", "admin:events_event_save_filter", "admin:events_event_filters"


@pytest.fixture
def reader() -> Client:
    ann = User.objects.create_user("ann", is_staff=True)
    ann.user_permissions.add(Permission.objects.get(codename="view_event"))
    ours = Client()
    ours.force_login(ann)
    return ours


def save(client: Client, name: str, query: str, **fields: str) -> str:
    return messages(client.post(reverse(SAVE), {"name": name, "query": query, **fields}))


def test_a_filter_is_saved_under_a_name_and_stands_above_the_list_and_on_the_desk(desk: Client) -> None:
    make_event("A dam is opened.", status=Status.DRAFT)
    html = desk.get(reverse(LIST) + "?status__exact=draft&q=dam&p=1").content.decode()
    assert 'name="query" value="q=dam&amp;status__exact=draft"' in html
    assert "is saved" in save(desk, "Drafts of dams", "status__exact=draft&q=dam")
    link = f'href="{reverse(LIST)}?q=dam&amp;status__exact=draft"'
    assert link in desk.get(reverse(LIST)).content.decode()
    assert link in desk.get(reverse("admin:index")).content.decode()
    assert "now asks this" in save(desk, "Drafts of dams", "q=river")
    assert SavedFilter.objects.get().query == "q=river"


def test_a_saved_filter_leads_nowhere_but_to_the_list(desk: Client) -> None:
    save(desk, "x", "status__exact=draft&next=//example.org&event_tags__tag__key=x&_popup=1&p=9&q=a%26b%3D//c")
    assert SavedFilter.objects.get().query == "q=a%26b%3D%2F%2Fc&status__exact=draft"
    for query in ("//example.org", "next=/", "", "q=" + "x" * 2000):
        assert "Nothing was saved" in save(desk, "y", query)
    assert "Nothing was saved" in save(desk, "", "q=x")
    save(desk, HOSTILE, f"q={HOSTILE}")
    for address in (reverse(LIST), reverse(FILTERS), reverse("admin:index")):
        assert HOSTILE not in desk.get(address).content.decode()


def test_others_see_only_what_is_shared_and_change_nothing_of_it(desk: Client, reader: Client) -> None:
    save(desk, "Mine", "q=a")
    save(desk, "Everybody's", "q=b", is_shared="on")
    html = reader.get(reverse(LIST)).content.decode()
    assert "Everybody&#x27;s" in html and ">Mine<" not in html
    assert "Everybody" not in reader.get(reverse(FILTERS)).content.decode()
    for saved in SavedFilter.objects.all():
        assert reader.post(reverse("admin:events_event_change_filter", args=[saved.pk])).status_code == 404
    assert "is saved" in save(reader, "Mine", "q=c")
    assert SavedFilter.objects.filter(name="Mine").count() == 2


def test_ones_own_are_renamed_shared_and_deleted(desk: Client) -> None:
    save(desk, "One", "q=a")
    save(desk, "Two", "q=b")
    one = SavedFilter.objects.get(name="One")
    address = reverse("admin:events_event_change_filter", args=[one.pk])
    assert "you have a filter of that name" in messages(desk.post(address, {"name": "Two"}))
    assert "needs a name" in messages(desk.post(address, {"name": " "}))
    assert "is changed" in messages(desk.post(address, {"name": "Three", "is_shared": "on"}))
    one.refresh_from_db()
    assert (one.name, one.is_shared, one.query) == ("Three", True, "q=a")
    assert "is deleted" in messages(desk.post(address, {"_delete": "1"}))
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["Two"]


def test_who_may_not_see_events_saves_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.post(reverse(SAVE), {"name": "x", "query": "q=x"}).status_code == 403
    assert client.get(reverse(FILTERS)).status_code == 403
