"""Previews: what readers will see, for the desk and by a link that names one state, expires, and tells nothing else."""

import datetime as dt
import re
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import previews
from events.choices import Status
from events.models import Event, Proposal
from tests.events.desk import add, messages, new_citation, person, save
from tests.events.making import make_event

pytestmark = pytest.mark.django_db
CITED = new_citation(0, label="Reuters")


@pytest.fixture
def editor() -> Client:
    return person("Editor")


@pytest.fixture
def contributor() -> Client:
    return person("Contributor")


@pytest.fixture
def event(contributor: Client) -> Event:
    """In review."""
    return add(contributor, summary="A **big** one.", tag_names="River", _move="submit", **CITED)


def preview(client: Client, event: Event) -> Any:
    return client.get(reverse("admin:events_event_preview", args=[event.pk]))


def link(client: Client, event: Event) -> str:
    """The link that the desk hands on."""
    found = re.search(r'readonly value="http://testserver([^"]+)"', preview(client, event).content.decode())
    assert found
    return found[1]


def article(html: str) -> str:
    """The page without what stands around it, and without its foot, which tells how to cite what is public."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'\s*(<footer class="foot">.*</footer>)?\s*</article>', "</article>", main, flags=re.DOTALL)


def propose(contributor: Client, editor: Client, event: Event, **changes: str) -> Proposal:
    save(editor, Event.objects.get(pk=event.pk), _move="publish")
    save(contributor, Event.objects.get(pk=event.pk), _move="propose", **changes)
    return Proposal.objects.get()


def test_a_preview_is_the_page_that_readers_will_see(editor: Client, event: Event) -> None:
    make_event("A river rises.", dt.date(2021, 3, 3), tags=["River"])
    make_event("A hidden river.", dt.date(2021, 3, 3), tags=["River"], status=Status.DRAFT)
    shown = preview(editor, event).content.decode()
    assert "Readers do not see this: in review." in shown
    assert "A river rises." in shown and "A hidden river." not in shown
    save(editor, Event.objects.get(pk=event.pk), _move="publish")
    public = Client().get(event.get_absolute_url()).content.decode()
    assert article(shown) == article(public)
    assert "<strong>big</strong>" in article(shown)


def test_a_preview_of_a_proposal_is_the_page_after_it_is_accepted_and_leaves_nothing_behind(
    contributor: Client, editor: Client, event: Event
) -> None:
    proposal = propose(contributor, editor, event, summary="A small one.", tag_names="River, Sea")
    save(editor, Event.objects.get(), headline="A dam opens.")
    before = Event.objects.values().get()
    address = reverse("admin:events_event_proposal_preview", args=[proposal.pk])
    shown = contributor.get(address).content.decode()
    assert "A dam opens." in shown and "A small one." in shown and "Sea" in shown
    assert Event.objects.values().get() == before
    decide = reverse("admin:events_event_decide_proposal", args=[proposal.pk])
    editor.post(decide, {"choice": "accept", "version": before["version"]})
    assert article(shown) == article(Client().get(event.get_absolute_url()).content.decode())


def test_a_link_shows_one_state_without_an_account_and_is_kept_and_found_by_nobody(
    editor: Client, event: Event
) -> None:
    response = Client().get(link(editor, event))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<strong>big</strong>" in html and "/admin/" not in html and "readonly" not in html
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert 'rel="canonical"' not in html and ".json" not in html
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_link_ends_after_seven_days_and_with_the_next_change(editor: Client, event: Event) -> None:
    address = link(editor, event)
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=1)):
        response = Client().get(address)
        assert response.status_code == 410
        assert "expired" in response.content.decode() and "dam" not in response.content.decode().casefold()
    save(editor, Event.objects.get(), headline="A dam is opened at last.")
    response = Client().get(address)
    assert (response.status_code, response["Cache-Control"]) == (410, "no-store, private")
    assert "changed since" in response.content.decode() and "dam" not in response.content.decode().casefold()


def test_a_link_to_what_was_published_or_withdrawn_says_so(editor: Client, event: Event) -> None:
    save(editor, Event.objects.get(), _move="publish")
    published = link_to(Event.objects.get())
    assert Client().get(published)["Location"] == event.get_absolute_url()
    save(editor, Event.objects.get(), _move="withdraw", withdrawn_reason="Another dam.")
    for address in (published, link_to(Event.objects.get())):
        response = Client().get(address)
        assert response.status_code == 410
        assert "was withdrawn" in response.content.decode()


def link_to(event: Event) -> str:
    revision = event.revisions.newest()
    assert revision
    return previews.link(revision)


def test_a_link_to_a_proposal_ends_with_the_decision(contributor: Client, editor: Client, event: Event) -> None:
    proposal = propose(contributor, editor, event, summary="A small one.")
    page = contributor.get(reverse("admin:events_event_proposal_preview", args=[proposal.pk])).content.decode()
    found = re.search(r'readonly value="http://testserver([^"]+)"', page)
    assert found
    assert "A small one." in Client().get(found[1]).content.decode()
    decide = reverse("admin:events_event_decide_proposal", args=[proposal.pk])
    messages(editor.post(decide, {"choice": "reject", "reply": "No."}))
    response = Client().get(found[1])
    assert (response.status_code, "has been decided" in response.content.decode()) == (410, True)


def test_a_changed_link_or_one_of_another_edition_shows_nothing(editor: Client, event: Event) -> None:
    address = link(editor, event)
    token = address.rstrip("/").rpartition("/")[2]
    for other in (f"/preview/{token[:-1]}x/", f"/preview/x{token}/", "/preview/1:2:3/", f"/zh/preview/{token}/"):
        assert Client().get(other).status_code == 404


def test_a_link_speaks_the_language_of_its_edition(editor: Client) -> None:
    event = add(editor, headline="洪水。", language="zh", _move="submit", **CITED)
    address = link(editor, event)
    assert "读者看不到：审核中。" in Client().get(address).content.decode()
    save(editor, Event.objects.get(pk=event.pk), headline="大洪水。")
    assert "请索取新链接" in Client().get(address).content.decode()


def test_a_preview_at_the_desk_asks_who_one_is(contributor: Client, editor: Client, event: Event) -> None:
    proposal = propose(contributor, editor, event, summary="A small one.")
    addresses = [
        reverse("admin:events_event_preview", args=[event.pk]),
        reverse("admin:events_event_proposal_preview", args=[proposal.pk]),
    ]
    stranger, other = Client(), Client()
    user = User.objects.create_user("other", is_staff=True)
    user.groups.set(User.objects.get(username="contributor").groups.all())
    other.force_login(user)
    assert [stranger.get(address).status_code for address in addresses] == [302, 302]
    assert [editor.get(address).status_code for address in addresses] == [200, 200]
    assert [other.get(address).status_code for address in addresses] == [200, 403]


def test_a_proposal_leaks_into_no_page_format_or_public_export(
    contributor: Client, editor: Client, event: Event
) -> None:
    propose(contributor, editor, event, headline="Hush.", summary="Hush.", tag_names="River, Hush")
    address = event.get_absolute_url()
    day = "/news/2021/03/4/"
    for path in ("/", day, f"{day}index.md", f"{day}index.json", address, f"{address}history/", "/tag/river/"):
        assert "hush" not in Client().get(path).content.decode().casefold(), path
    for extension in ("md", "json", "xml"):
        assert "hush" not in Client().get(f"{address[:-1]}.{extension}").content.decode().casefold()
    assert Client().get("/tag/hush/").status_code == 404


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_what_is_not_public_is_in_no_public_export(
    status: Status, tmp_path: Any, contributor: Client, editor: Client, event: Event
) -> None:
    propose(contributor, editor, event, headline="Hush.", summary="Hush.", tag_names="River, Hush")
    make_event("Hush too.", slug="hush-too", status=status, tags=["River"])
    call_command("export_documents", tmp_path, public=True, stdout=StringIO(), stderr=StringIO())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if b"hush" in path.read_bytes().lower()] == []
