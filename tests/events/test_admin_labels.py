"""Labels that name nobody: listed, adopted with one press, and settled when a publisher's names change."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events import services, waiting
from events.models import Citation, Event, Revision
from sources.documents import DocumentError
from sources.models import Publisher, PublisherAlias
from tests.events.desk import HOSTILE, messages
from tests.events.making import cite, make_event, make_publisher

pytestmark = pytest.mark.django_db
LIST, ADOPT = "admin:sources_publisher_labels", "admin:sources_publisher_adopt"


@pytest.fixture
def event() -> Event:
    return make_event("A dam is opened.")


def adopt(desk: Client, name: str, choice: str = "new", publisher: Publisher | None = None, **data: Any) -> Any:
    shown = {"name": name, "choice": choice, "publisher": publisher.pk if publisher else ""}
    return desk.post(reverse(ADOPT), shown | data)


def named(label: str) -> tuple[str, str]:
    """The publisher and the agency of every citation under the label."""
    [both] = set(Citation.objects.filter(label=label).values_list("publisher__name", "agency__name"))
    return both[0] or "", both[1] or ""


def publisher_data(name: str, *aliases: PublisherAlias | str) -> dict[str, Any]:
    """What the form of a publisher posts; an alias that is a row stays, a string is a new one."""
    data: dict[str, Any] = {"name": name, "homepage": "", "aliases-TOTAL_FORMS": len(aliases)}
    data["aliases-INITIAL_FORMS"] = sum(isinstance(alias, PublisherAlias) for alias in aliases)
    for number, alias in enumerate(aliases):
        data[f"aliases-{number}-name"] = str(alias)
        data[f"aliases-{number}-id"] = alias.pk if isinstance(alias, PublisherAlias) else ""
    return data


def test_names_that_are_nobodys_are_counted_under_any_spelling_the_most_frequent_first(event: Event) -> None:
    make_publisher("Reuters")
    for label in ("The Courier", "the courier", "the  courier", "AP via The Courier", "Echo", "2017", "BBC, 2017"):
        cite(event, label)
    cite(event, "The Courier")
    cite(event, "Reuters", "Reuters")
    cite(event, "Echo", url="https://example.org/a")
    cite(event, "")
    found = [(unknown.name, unknown.uses) for unknown in waiting.unknown_names()]
    assert found == [("The Courier", 5), ("BBC, 2017", 1), ("Echo", 1)]


def test_a_name_is_adopted_as_a_new_publisher_by_all_labels_that_hold_it(desk: Client, event: Event) -> None:
    for label in ("The Courier", "the courier", "AP via The Courier", "The Courier via Echo"):
        cite(event, label)
    make_publisher("AP")
    assert "New publisher" in desk.get(reverse(LIST)).content.decode()

    response = adopt(desk, "The Courier")

    assert "Labels with “The Courier” name The Courier" in messages(response)
    assert named("The Courier") == named("the courier") == ("The Courier", "")
    assert named("AP via The Courier") == ("The Courier", "AP")
    assert named("The Courier via Echo") == ("", "The Courier")
    assert [unknown.name for unknown in waiting.unknown_names()] == ["Echo"]
    adopt(desk, "Echo")
    assert named("The Courier via Echo") == ("Echo", "The Courier")
    assert not Revision.objects.exists()


def test_a_name_is_adopted_as_the_other_name_of_a_publisher(desk: Client, event: Event) -> None:
    guardian = make_publisher("The Guardian")
    cite(event, "Grauniad")
    assert "choose whose other name" in messages(adopt(desk, "Grauniad", "alias"))
    adopt(desk, "Grauniad", "alias", guardian)
    assert named("Grauniad") == ("The Guardian", "")
    assert guardian.aliases.filter(name="Grauniad").exists()


def test_a_citation_of_a_source_keeps_its_publisher_and_learns_the_agency(desk: Client, event: Event) -> None:
    citation = cite(event, "AFP via Echo", "Echo", url="https://example.org/a")
    adopt(desk, "AFP")
    citation.refresh_from_db()
    assert citation.publisher is None
    assert str(citation.agency) == "AFP"
    assert citation.source and str(citation.source.publisher) == "Echo"


def test_a_name_that_was_given_to_a_publisher_meanwhile_is_taken_as_that_publishers(event: Event) -> None:
    cite(event, "The Courier")
    courier, guardian = make_publisher("The Courier"), make_publisher("The Guardian")
    with pytest.raises(DocumentError, match="is a name of “The Courier” by now"):
        services.adopt_name("The Courier", guardian)
    assert services.adopt_name("the courier") == courier
    assert named("The Courier") == ("The Courier", "")


@pytest.mark.parametrize("name", ["", "_", "x" * 300, "a\x00b"])
def test_what_cannot_be_a_name_is_refused_with_the_reason(desk: Client, name: str) -> None:
    count = Publisher.objects.count()
    assert "Nothing was adopted" in messages(adopt(desk, name))
    assert Publisher.objects.count() == count


def test_the_number_of_citations_leads_to_their_events(desk: Client, event: Event) -> None:
    cite(event, "the courier")
    cite(make_event("A road is opened."), "AP via The Courier")
    cite(make_event("A mine is opened."), "Echo")
    response = desk.get(reverse(LIST))
    address = f"{reverse('admin:events_event_changelist')}?label=AP%20via%20The%20Courier"
    assert "?label=the%20courier" in response.content.decode().replace("The%20Courier", "the%20courier")
    listed = desk.get(address.replace("AP%20via%20", ""))
    assert [event.headline for event in listed.context["cl"].result_list] == ["A dam is opened.", "A road is opened."]
    assert "By label" in listed.content.decode()
    assert [choice["display"] for choice in listed.context["cl"].filter_specs[0].choices(listed.context["cl"])] == [
        "All",
        "The Courier",
    ]
    assert listed.context["cl"].filter_specs[0].value() == "The Courier"
    assert "By label" not in desk.get(reverse("admin:events_event_changelist")).content.decode()


def test_labels_follow_the_names_that_a_publisher_gains_and_loses(desk: Client, event: Event) -> None:
    courier = make_publisher("The Courier")
    for label in ("Kurier", "Courier Online", "The Courier"):
        cite(event, label)
    address = reverse("admin:sources_publisher_change", args=[courier.pk])
    assert desk.post(address, publisher_data("The Courier", "Kurier")).status_code == 302
    assert (named("Kurier"), named("Courier Online")) == (("The Courier", ""), ("", ""))

    alias = courier.aliases.get()
    assert desk.post(address, publisher_data("Courier Online", alias)).status_code == 302
    assert {named(label) for label in ("Kurier", "Courier Online", "The Courier")} == {("Courier Online", "")}

    rows = list(courier.aliases.all())
    data = publisher_data("Courier Online", *rows) | {"aliases-0-DELETE": "on"}
    assert rows[0].name == "Kurier"
    assert desk.post(address, data).status_code == 302
    assert (named("Kurier"), named("The Courier")) == (("", ""), ("Courier Online", ""))


def test_a_new_publisher_is_named_by_the_labels_at_once(desk: Client, event: Event) -> None:
    cite(event, "Kurier")
    cite(event, "The Courier")
    assert desk.post(reverse("admin:sources_publisher_add"), publisher_data("The Courier", "Kurier")).status_code == 302
    assert named("Kurier") == named("The Courier") == ("The Courier", "")


def test_a_publisher_that_only_labels_name_can_be_deleted_and_the_labels_stay(desk: Client, event: Event) -> None:
    cite(event, "The Courier")
    cite(event, "The Courier via Echo", "Echo")
    adopt(desk, "The Courier")
    courier = Publisher.objects.get(name="The Courier")
    address = reverse("admin:sources_publisher_delete", args=[courier.pk])
    assert named("The Courier") == ("The Courier", "")
    assert "Are you sure" in desk.get(address).content.decode()
    assert named("The Courier") == ("The Courier", ""), "nothing goes before one is sure"
    assert desk.post(address, {"post": "yes"}).status_code == 302
    assert (named("The Courier"), named("The Courier via Echo")) == (("", ""), ("Echo", ""))


def test_a_publisher_of_sources_is_not_deleted(desk: Client, event: Event) -> None:
    cite(event, "Echo", "Echo", url="https://example.org/a")
    address = reverse("admin:sources_publisher_delete", args=[Publisher.objects.get(name="Echo").pk])
    desk.post(address, {"post": "yes"})
    assert Publisher.objects.filter(name="Echo").exists()


def test_adopting_asks_for_the_right_to_add_or_to_change_publishers(client: Client, event: Event) -> None:
    cite(event, "The Courier")
    guardian = make_publisher("The Guardian")
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    assert client.get(reverse(LIST)).status_code == 403
    for permission in ("view_publisher", "view_event"):
        reader.user_permissions.add(Permission.objects.get(codename=permission))
    page = client.get(reverse(LIST)).content.decode()
    assert "The Courier" in page
    assert "New publisher" not in page and "Adopt<" not in page
    assert adopt(client, "The Courier").status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="add_publisher"))
    assert adopt(client, "The Courier", "alias", guardian).status_code == 403
    assert adopt(client, "The Courier").status_code == 302


def test_what_adopts_is_posted_with_a_token_and_a_choice(desk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert adopt(strict, "The Courier").status_code == 403
    assert adopt(desk, "The Courier", "else").status_code == 403
    assert desk.get(reverse(ADOPT)).status_code == 405
    assert "Nothing was adopted" in messages(adopt(desk, "The Courier", "alias", publisher=None))


def test_script_in_a_label_is_shown_as_text(desk: Client, event: Event) -> None:
    cite(event, HOSTILE)
    assert HOSTILE not in desk.get(reverse(LIST)).content.decode()
    assert HOSTILE not in desk.get(reverse("admin:events_event_changelist"), {"label": HOSTILE}).content.decode()


def test_the_list_takes_the_same_queries_with_one_label_and_with_many(
    desk: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cite(event, "The Courier")
    with django_assert_num_queries(3):
        desk.get(reverse(LIST))
    for number in range(60):
        cite(event, f"Courier {number}")
    with django_assert_num_queries(3):
        page = desk.get(reverse(LIST))
    assert len(page.context["rows"]) == 50
    assert 'start="51"' in desk.get(reverse(LIST), {"page": 2}).content.decode()
