"""Two publishers become one at the desk and two again; and the pages of tags and publishers say where they stand."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from events import services
from events.models import Citation
from sources.documents.records import ArticleDocument
from sources.importer import save_article
from sources.models import Publisher, PublisherAlias, PublisherChange, Source
from tests.events.desk import HOSTILE, confirm, messages
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> tuple[Publisher, Publisher]:
    """The Echo of Reykjavik, with a source, a label and another name; and the Courier, which knows less of itself."""
    gone = Publisher.objects.create(name="Echo", homepage="https://echo.example")
    kept = Publisher.objects.create(name="Courier")
    PublisherAlias.objects.create(publisher=gone, name="The Echo")
    event = make_event("A dam is opened.")
    cite(event, "Echo", "Echo", url="https://example.org/dam", title="A dam")
    cite(event, "The Echo", "Echo")
    cite(event, "Echo via Courier", "Courier")
    event.citations.filter(label="Echo via Courier").update(agency=gone)
    Source.objects.create(title="The same", publisher=gone)
    Source.objects.create(title="The same", publisher=kept)
    Source.objects.create(title="Read there", seen_at=gone)
    return gone, kept


def state() -> list[Any]:
    """Everything that a merge may touch."""
    return [
        list(Publisher.objects.filter(name__in=["Echo", "Courier"]).order_by("pk").values("pk", "name", "homepage")),
        list(PublisherAlias.objects.filter(name__contains="Echo").values_list("name", "publisher")),
        list(Source.objects.order_by("pk").values_list("pk", "publisher", "seen_at", "key", "title_key")),
    ]


def named() -> list[Any]:
    return list(Citation.objects.order_by("pk").values_list("label", "publisher", "agency"))


def merge(desk: Client, gone: Publisher, kept: Publisher) -> Any:
    confirm(desk)
    return desk.post(reverse("admin:sources_publisher_merge", args=[gone.pk]), {"into": kept.pk})


def undo(desk: Client, change: PublisherChange) -> Any:
    confirm(desk)
    return desk.post(reverse("admin:sources_publisher_undo", args=[change.pk]))


def test_what_a_merge_would_change_is_shown_before(desk: Client, both: tuple[Publisher, Publisher]) -> None:
    gone, kept = both
    address = reverse("admin:sources_publisher_choose", args=[gone.pk])
    assert address in desk.get(reverse("admin:sources_publisher_change", args=[gone.pk])).content.decode()
    assert "Merge them" not in desk.get(address).content.decode()
    html = desk.get(address, {"into": kept.pk}).content.decode()
    assert "2 sources and 1 label without a source become those of “Courier”." in html
    assert "names “Echo”, “The Echo”, and the homepage https://echo.example" in html
    assert "Choose another publisher" in desk.get(address, {"into": gone.pk}).content.decode()
    assert Publisher.objects.filter(name="Echo").exists()


def test_names_sources_labels_and_imports_follow_the_kept_publisher(
    desk: Client, both: tuple[Publisher, Publisher]
) -> None:
    gone, kept = both
    assert "was merged into" in messages(merge(desk, gone, kept))
    assert not Publisher.objects.filter(pk=gone.pk).exists()
    assert {publisher for _, publisher, _ in named() if publisher} == {kept.pk}
    assert named()[2] == ("Echo via Courier", kept.pk, kept.pk)
    assert set(Source.objects.exclude(publisher=None).values_list("publisher", flat=True)) == {kept.pk}
    assert Source.objects.filter(title="The same").count() == 2
    kept.refresh_from_db()
    assert kept.homepage == "https://echo.example"
    source, _ = save_article(ArticleDocument(title="New", url="https://example.org/new", publisher="the echo"))
    assert source.publisher == kept
    html = desk.get(reverse("admin:sources_publisher_change", args=[kept.pk])).content.decode()
    assert "Merged into this publisher" in html and "<strong>Echo</strong>" in html


def test_an_undo_brings_everything_back(desk: Client, both: tuple[Publisher, Publisher]) -> None:
    gone, kept = both
    before, labels = state(), named()
    merge(desk, gone, kept)
    assert "a publisher of its own again" in messages(undo(desk, PublisherChange.objects.get()))
    assert state() == before
    assert named() == labels
    assert "Nothing was undone" in messages(undo(desk, PublisherChange.objects.get()))


def test_merges_that_build_on_each_other_are_undone_the_later_one_first(both: tuple[Publisher, Publisher]) -> None:
    gone, kept = both
    editor, last = User.objects.create_user("chief"), Publisher.objects.create(name="Last")
    first = services.merge_publishers(gone, kept, editor=editor)
    second = services.merge_publishers(kept, last, editor=editor)
    first.refresh_from_db()
    with pytest.raises(services.MergeError, match="“Courier” itself was merged into “Last”"):
        services.undo_publisher_merge(first)
    services.undo_publisher_merge(second)
    first.refresh_from_db()
    assert services.undo_publisher_merge(first).name == "Echo"


def test_a_name_that_somebody_has_by_now_is_not_taken_from_them(both: tuple[Publisher, Publisher]) -> None:
    gone, kept = both
    change = services.merge_publishers(gone, kept, editor=User.objects.create_user("chief"))
    kept.refresh_from_db()
    kept.aliases.filter(name="Echo").delete()
    Publisher.objects.create(name="Echo")
    with pytest.raises(services.MergeError, match="is a name of “Echo” by now"):
        services.undo_publisher_merge(change)
    with pytest.raises(services.MergeError, match="not merged into itself"):
        services.merge_publishers(kept, kept, editor=User.objects.get(username="chief"))


def test_only_who_may_merge_publishers_merges_them(both: tuple[Publisher, Publisher]) -> None:
    gone, kept = both
    change = services.merge_publishers(gone, kept, editor=User.objects.create_user("chief"))
    editor, client = User.objects.create_user("editor", is_staff=True), Client()
    rights = ["view_publisher", "change_publisher", "view_event"]
    editor.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(editor)
    assert "Merge into" not in client.get(reverse("admin:sources_publisher_change", args=[kept.pk])).content.decode()
    assert client.get(reverse("admin:sources_publisher_choose", args=[kept.pk])).status_code == 403
    assert undo(client, change).status_code == 403
    assert merge(client, kept, gone).status_code in (403, 404)
    editor.user_permissions.add(Permission.objects.get(codename="merge_publisher"))
    assert client.get(reverse("admin:sources_publisher_choose", args=[kept.pk])).status_code == 200


def test_the_page_of_a_tag_says_where_it_stands_and_what_goes_with_it(desk: Client) -> None:
    for number in range(3):
        make_event(f"Dam {number}.", DAY.replace(year=2015 + number // 2), tags=["River", "Dam", HOSTILE][: number + 1])
    tag = make_tag("River")
    address = reverse("admin:events_tag_change", args=[tag.pk])
    html = desk.get(address).content.decode()
    everything = f"{reverse('admin:events_event_changelist')}?tag={tag.pk}"
    assert f'<a href="{everything}">3 events</a>' in html
    assert f'<a href="{everything}&amp;day=2015">2015</a> 2' in html
    assert ">Dam</a> 2" in html and HOSTILE not in html
    assert desk.get(everything + "&day=2015").context["cl"].result_count == 2
    assert desk.get(everything + "x").context["cl"].result_count == 0


def test_the_page_of_a_publisher_says_where_it_is_cited(desk: Client, both: tuple[Publisher, Publisher]) -> None:
    address = reverse("admin:sources_publisher_change", args=[both[0].pk])
    html = desk.get(address).content.decode()
    everything = f"{reverse('admin:events_event_changelist')}?publisher={both[0].pk}"
    assert f'<a href="{everything}">1 event</a>' in html
    assert desk.get(everything).context["cl"].result_count == 1
