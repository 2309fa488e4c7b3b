"""Tags and categories under their names: renamed ones are still found, and what cannot be a name is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Category, Event, Tag, TagAlias
from tests.events.desk import add
from tests.events.making import make_event, make_tag

UNFIT = ["_", "\ufdfa" * 50]


def tag_data(name: str, *aliases: str, **changes: Any) -> dict[str, Any]:
    rows = {f"aliases-{number}-name": alias for number, alias in enumerate(aliases)}
    return {"name": name, "aliases-TOTAL_FORMS": len(aliases), "aliases-INITIAL_FORMS": 0} | rows | changes


def change(desk: Client, tag: Tag, name: str, *aliases: str) -> Any:
    """Save the tag under `name`, with `aliases` after those it has."""
    kept: dict[str, Any] = {}
    for number, alias in enumerate(tag.aliases.all()):
        kept |= {f"aliases-{number}-id": alias.pk, f"aliases-{number}-name": alias.name}
    count = len(kept) // 2
    kept |= {f"aliases-{count + number}-name": alias for number, alias in enumerate(aliases)}
    data = tag_data(name) | kept
    data |= {"aliases-TOTAL_FORMS": count + len(aliases), "aliases-INITIAL_FORMS": count}
    return desk.post(reverse("admin:events_tag_change", args=[tag.pk]), data)


def other_names(tag: Tag) -> set[str]:
    return set(tag.aliases.values_list("name", flat=True))


@pytest.mark.django_db
def test_a_tag_renamed_with_its_former_name_typed_below_has_it_once(desk: Client) -> None:
    tag = make_tag("Bombay")
    assert change(desk, tag, "Mumbai", "Bombay", "Bom").status_code == 302
    assert other_names(tag) == {"Bombay", "Bom"}


@pytest.mark.django_db
def test_a_tag_renamed_and_named_back_is_no_alias_of_itself(desk: Client) -> None:
    tag = make_tag("Bombay")
    assert change(desk, tag, "Mumbai").status_code == 302
    assert change(desk, tag, "Bombay").status_code == 302
    assert other_names(tag) == {"Mumbai"}


@pytest.mark.django_db
def test_other_names_of_a_tag_can_be_swapped(desk: Client) -> None:
    tag = make_tag("Mumbai")
    one, two = (TagAlias.objects.create(tag=tag, name=name) for name in ("Bom", "Bombay"))
    rows = {"aliases-0-id": one.pk, "aliases-0-name": "Bombay", "aliases-1-id": two.pk, "aliases-1-name": "Bom"}
    data = tag_data("Mumbai") | rows | {"aliases-TOTAL_FORMS": 2, "aliases-INITIAL_FORMS": 2}
    response = desk.post(reverse("admin:events_tag_change", args=[tag.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    assert other_names(tag) == {"Bom", "Bombay"}


@pytest.mark.parametrize("name", UNFIT, ids=["empty", "long"])
@pytest.mark.django_db
def test_a_tag_bears_no_unfit_name(desk: Client, name: str) -> None:
    tag = make_tag("River")
    for response in (change(desk, tag, name), change(desk, tag, "River", name)):
        assert response.status_code == 200
        assert response.context["errors"]
    tag.refresh_from_db()
    assert (tag.name, other_names(tag)) == ("River", set())


@pytest.mark.django_db
def test_a_tag_is_of_an_edition(desk: Client) -> None:
    address = reverse("admin:events_tag_add")
    assert '<select name="language"' in desk.get(address).content.decode()
    assert desk.post(address, tag_data("River", language="xx")).status_code == 200
    assert desk.post(address, tag_data("River", language="zh")).status_code == 302
    assert Tag.objects.get().language == "zh"


def category_data(name: str, aliases: str = "") -> dict[str, Any]:
    return {"name": name, "aliases": aliases, "position": 1}


@pytest.mark.django_db
def test_a_renamed_category_is_found_by_its_former_name(desk: Client) -> None:
    category = Category.objects.create(name="Weather", aliases=["Storms"])
    address = reverse("admin:events_category_change", args=[category.pk])
    assert desk.post(address, category_data("Climate", "Storms")).status_code == 302
    category.refresh_from_db()
    assert (category.name, category.aliases) == ("Climate", ["Storms", "Weather"])

    assert desk.post(address, category_data("Weather", "Storms, Weather")).status_code == 302
    category.refresh_from_db()
    assert category.aliases == ["Storms", "Climate"]


@pytest.mark.django_db
def test_two_categories_never_share_a_name(desk: Client) -> None:
    Category.objects.create(name="Weather", aliases=["Storms"])
    add = reverse("admin:events_category_add")
    for name, aliases in (("weather", ""), ("storms", ""), ("Climate", "WEATHER"), ("Climate", "storms")):
        assert "Another category has" in desk.post(add, category_data(name, aliases)).content.decode()
    assert not Category.objects.filter(name="Climate").exists()


@pytest.mark.parametrize("name", UNFIT, ids=["empty", "long"])
@pytest.mark.django_db
def test_a_category_bears_no_unfit_name(desk: Client, name: str) -> None:
    response = desk.post(reverse("admin:events_category_add"), category_data(name))
    assert response.status_code == 200
    assert response.context["errors"]


@pytest.mark.django_db
def test_a_tag_s_page_stays_after_its_name_was_refused(desk: Client) -> None:
    event: Event = make_event("A dam is opened.", tags=["River"])
    change(desk, Tag.objects.get(), "_")
    assert desk.get(event.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_the_list_of_tags_says_how_many_events_bear_each(desk: Client) -> None:
    add(desk, tag_names="Dams")
    add(desk, headline="Another dam is opened.", tag_names="Dams")
    html = desk.get(reverse("admin:events_tag_changelist")).content.decode()
    assert '<td class="field-number_of_events">2</td>' in html
