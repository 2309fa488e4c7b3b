"""Sources and publishers in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from sources.documents.records import ArticleDocument
from sources.importer import Outcome, save_article
from sources.models import Publisher, PublisherAlias, Source


@pytest.fixture
def desk(client: Client, django_user_model: type[User]) -> Client:
    client.force_login(django_user_model.objects.create_superuser("ed"))
    return client


def source_data(**changes: Any) -> dict[str, Any]:
    return {"title": "A dam is opened", "url": "https://example.org/dam"} | changes


def publisher_data(name: str, *aliases: str) -> dict[str, Any]:
    rows = {f"aliases-{number}-name": alias for number, alias in enumerate(aliases)}
    return {"name": name, "aliases-TOTAL_FORMS": len(aliases), "aliases-INITIAL_FORMS": 0} | rows


@pytest.mark.django_db
def test_names_are_typed_with_commas_and_kept_as_lists(desk: Client) -> None:
    desk.post(reverse("admin:sources_source_add"), source_data(authors='Ann Example, "Example, Jr., Bob"', tags="Dams"))
    source = Source.objects.get()
    assert source.authors == ["Ann Example", "Example, Jr., Bob"]
    assert source.tags == ["Dams"]

    html = desk.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "Ann Example, &quot;Example, Jr., Bob&quot;</textarea>" in html


@pytest.mark.django_db
def test_one_source_is_not_entered_twice_and_never_without_title_and_address(desk: Client) -> None:
    address = reverse("admin:sources_source_add")
    desk.post(address, source_data())
    assert "in the wiki already" in desk.post(address, source_data(title="Again")).content.decode()
    assert "needs a title or an address" in desk.post(address, source_data(title="", url="")).content.decode()
    assert "complete web address" in desk.post(address, source_data(url="javascript:alert(1)")).content.decode()
    hostile = source_data(url="https://example.org/2", archived_url="javascript:alert(1)")
    assert "complete web address" in desk.post(address, hostile).content.decode()
    assert Source.objects.count() == 1


@pytest.mark.django_db
def test_a_renamed_publisher_keeps_its_former_name_as_an_alias(desk: Client) -> None:
    publisher = Publisher.objects.create(name="The Old Wire")
    address = reverse("admin:sources_publisher_change", args=[publisher.pk])
    assert desk.post(address, publisher_data("The New Wire", "TNW")).status_code == 302
    assert set(publisher.aliases.values_list("name", flat=True)) == {"The Old Wire", "TNW"}


@pytest.mark.django_db
def test_a_publisher_renamed_with_its_former_name_typed_below_and_then_named_back(desk: Client) -> None:
    publisher = Publisher.objects.create(name="The Old Wire")
    address = reverse("admin:sources_publisher_change", args=[publisher.pk])
    assert desk.post(address, publisher_data("The New Wire", "The Old Wire")).status_code == 302
    assert [alias.name for alias in publisher.aliases.all()] == ["The Old Wire"]
    assert desk.post(address, publisher_data("The Old Wire")).status_code == 302
    assert [alias.name for alias in publisher.aliases.all()] == ["The New Wire"]


@pytest.mark.django_db
def test_other_names_of_a_publisher_can_be_swapped(desk: Client) -> None:
    publisher = Publisher.objects.create(name="A Wire")
    one, two = (PublisherAlias.objects.create(publisher=publisher, name=name) for name in ("AW", "The Wire"))
    rows = {"aliases-0-id": one.pk, "aliases-1-id": two.pk, "aliases-INITIAL_FORMS": 2}
    data = publisher_data("A Wire", "The Wire", "AW") | rows
    response = desk.post(reverse("admin:sources_publisher_change", args=[publisher.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    assert {alias.name for alias in publisher.aliases.all()} == {"AW", "The Wire"}


@pytest.mark.parametrize("name", ["_", "\ufdfa" * 50], ids=["empty", "long"])
@pytest.mark.django_db
def test_a_publisher_bears_no_unfit_name(desk: Client, name: str) -> None:
    publisher = Publisher.objects.create(name="A Wire")
    address = reverse("admin:sources_publisher_change", args=[publisher.pk])
    for data in (publisher_data(name), publisher_data("A Wire", name)):
        response = desk.post(address, data)
        assert response.status_code == 200
        assert response.context["errors"]
    publisher.refresh_from_db()
    assert (publisher.name, publisher.aliases.count()) == ("A Wire", 0)


@pytest.mark.django_db
def test_articles_of_a_renamed_publisher_are_still_found(desk: Client) -> None:
    articles = [
        ArticleDocument(title="A dam is opened", publisher="The Old Wire"),
        ArticleDocument(title="A dam is closed", publisher="The Old Wire", url="https://example.org/dam"),
    ]
    sources = [save_article(article)[0] for article in articles]
    publisher = Publisher.objects.get(key="the old wire")
    address = reverse("admin:sources_publisher_change", args=[publisher.pk])
    assert desk.post(address, publisher_data("The New Wire")).status_code == 302
    for source, article in zip(sources, articles, strict=True):
        assert save_article(article) == (source, Outcome.UNCHANGED)
        expected = Source.objects.get(pk=source.pk)
        expected.derive()
        source.refresh_from_db()
        assert (source.key, source.title_key) == (expected.key, expected.title_key)


@pytest.mark.django_db
def test_of_two_sources_that_a_new_name_would_make_one_both_stay(desk: Client) -> None:
    publisher = Publisher.objects.create(name="The Old Wire")
    title = "A dam is opened"
    sources = [Source.objects.create(title=title, publisher=publisher)]
    Source.objects.update(key="0" * 32)
    sources.append(Source.objects.create(title=title, publisher=publisher))
    address = reverse("admin:sources_publisher_change", args=[publisher.pk])
    assert desk.post(address, publisher_data("The New Wire")).status_code == 302
    assert set(publisher.published_sources.all()) == set(sources)


@pytest.mark.django_db
def test_a_title_is_one_line(desk: Client) -> None:
    desk.post(reverse("admin:sources_source_add"), source_data(title="A dam\r\n  is opened\n"))
    assert Source.objects.get().title == "A dam is opened"


@pytest.mark.parametrize("field", ["authors", "contributors", "tags"])
@pytest.mark.django_db
def test_a_list_holds_no_unfit_name(desk: Client, field: str) -> None:
    response = desk.post(reverse("admin:sources_source_add"), source_data(**{field: "Ann, " + "\ufdfa" * 50}))
    assert response.status_code == 200
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_two_publishers_never_share_a_name(desk: Client) -> None:
    wire = Publisher.objects.create(name="A Wire")
    PublisherAlias.objects.create(publisher=wire, name="AW")
    add = reverse("admin:sources_publisher_add")
    assert "has this name" in desk.post(add, publisher_data("aw")).content.decode()
    assert "has this name" in desk.post(add, publisher_data("B Wire", "AW")).content.decode()
    assert "stands here twice" in desk.post(add, publisher_data("B Wire", "BW", "bw")).content.decode()
    assert not Publisher.objects.filter(name="B Wire").exists()


@pytest.mark.django_db
def test_script_in_titles_and_names_is_shown_as_text(desk: Client) -> None:
    hostile = "<script>alert(1)</script>"
    publisher = Publisher.objects.create(name=hostile)
    source = Source.objects.create(title=hostile, publisher=publisher)
    for address in (
        reverse("admin:sources_source_changelist"),
        reverse("admin:sources_source_change", args=[source.pk]),
        reverse("admin:sources_publisher_changelist"),
        reverse("admin:events_event_unfiled"),
    ):
        html = desk.get(address).content.decode()
        assert hostile not in html
        assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_of_publishers_to_choose_from_the_most_cited_comes_first(desk: Client) -> None:
    Publisher.objects.create(name="Abroad News")
    Source.objects.create(title="A dam is opened", publisher=Publisher.objects.create(name="News Abroad"))
    query = {"app_label": "sources", "model_name": "source", "field_name": "publisher", "term": "abroad"}
    found = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [entry["text"] for entry in found] == ["News Abroad", "Abroad News"]
