"""Two editors at once: no save goes through unseen, and no word of the later one is lost."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from events import services
from events.choices import LinkKind
from events.models import Event, RelatedLink
from sources.models import Publisher, Source
from tests.events.desk import HOSTILE, add, form_data, new_citation, save


def conflict_form(response: Any) -> dict[str, Any]:
    """What the form of the conflict page would post if the editor pressed Save."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for formset in (inline.formset for inline in response.context["inline_admin_formsets"]):
        data |= {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
        data |= {
            f"{formset.prefix}-{n}_FORMS": formset.data[f"{formset.prefix}-{n}_FORMS"] for n in ("TOTAL", "INITIAL")
        }
        data |= {key: value for key, value in formset.data.items() if key.startswith(f"{formset.prefix}-")}
    return {key: value for key, value in data.items() if value is not None and value is not False}


@pytest.mark.django_db
def test_a_stale_save_shows_both_texts_word_by_word_and_saves_nothing(desk: Client) -> None:
    event = add(desk, summary="It holds much water.", tag_names="River")
    opened = form_data(event)
    save(desk, event, headline="A big dam is opened.", comment="Bigger")

    mine = opened | {"headline": "A small dam is opened.", "summary": "It holds little water.", "tag_names": "Sea"}
    response = desk.post(reverse("admin:events_event_change", args=[event.pk]), mine)

    assert response.status_code == 409
    html = response.content.decode()
    assert "A <del>big</del> dam is opened." in html
    assert "A <ins>small</ins> dam is opened." in html
    assert "<ins>Sea</ins>" in html
    assert "It holds little water.</textarea>" in html
    assert "Bigger" in html
    event.refresh_from_db()
    assert (event.headline, event.revisions.count()) == ("A big dam is opened.", 2)


@pytest.mark.django_db
def test_going_on_puts_the_editors_text_on_top_of_the_saved_version(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, summary="Of the other.", **new_citation(0, label="Reuters"))
    address = reverse("admin:events_event_change", args=[event.pk])

    response = desk.post(address, opened | {"headline": "Mine.", "comment": "why"} | new_citation(0, label="BBC"))
    assert desk.post(address, conflict_form(response)).status_code == 302

    event.refresh_from_db()
    assert event.headline == "Mine."
    assert set(event.citations.values_list("label", flat=True)) == {"Reuters", "BBC"}
    assert event.revisions.order_by("number").last().comment == "why"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_rows_that_another_editor_deleted_are_no_error_and_come_back_with_ones_text(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", publisher=Publisher.objects.create(name="The Wire"))
    target = add(desk, headline="A dam is planned.")
    event = add(desk, **new_citation(0, source=source.pk, label="Wire"))
    RelatedLink.objects.create(event=event, target=target, position=1, context=["Dam"])
    opened = form_data(event)
    deleted = {"citations-0-DELETE": "on", "related_links-0-DELETE": "on"}
    assert save(desk, event, **deleted).status_code == 302
    assert not event.citations.exists()

    address = reverse("admin:events_event_change", args=[event.pk])
    mine = {"related_links-0-note": "The same dam.", "citations-0-label": "The Wire, corrected"}
    response = desk.post(address, opened | mine)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Dam opened" in html
    assert "The same dam." in html
    assert "A dam is planned." in html

    assert desk.post(address, conflict_form(response)).status_code == 302
    assert event.citations.get().source == source
    link = event.related_links.get()
    assert (link.target, link.note, link.context, link.kind) == (target, "The same dam.", ["Dam"], LinkKind.PINNED)


@pytest.mark.django_db
def test_what_one_deleted_stays_deleted_and_what_the_other_added_stays(desk: Client) -> None:
    event = add(desk, **new_citation(0, label="Reuters"))
    opened = form_data(event)
    save(desk, event, **new_citation(1, label="BBC"), **{"citations-INITIAL_FORMS": 1})

    address = reverse("admin:events_event_change", args=[event.pk])
    response = desk.post(address, opened | {"citations-0-DELETE": "on"})
    assert desk.post(address, conflict_form(response)).status_code == 302
    assert [citation.label for citation in event.citations.all()] == ["BBC"]


@pytest.mark.django_db
def test_an_import_or_a_citation_between_is_a_conflict_too(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    services.cite(event, Source.objects.create(title="Dam opened"), editor=User.objects.get())

    response = desk.post(reverse("admin:events_event_change", args=[event.pk]), opened)
    assert response.status_code == 409


@pytest.mark.parametrize(
    "broken",
    [
        {"version": "x"},
        {"date": "yesterday", "category": "x", "status": "?"},
        {"citations-TOTAL_FORMS": "many", "citations-0-source": "999999999", "citations-0-label": "Kept label"},
        {"related_links-7-target": "x", "related_links-7-note": "Kept label", "related_links-7-position": "-"},
    ],
)
@pytest.mark.django_db
def test_broken_data_is_a_conflict_page_too_never_an_error(desk: Client, broken: dict[str, str]) -> None:
    event = add(desk)
    response = desk.post(
        reverse("admin:events_event_change", args=[event.pk]),
        form_data(event) | {"version": 0, "summary": "Kept text"} | broken,
    )
    assert response.status_code == 409
    for text in {"Kept text", *broken.values()} & {"Kept text", "Kept label"}:
        assert text in response.content.decode()


@pytest.mark.django_db
def test_script_in_a_conflict_is_shown_as_text(desk: Client) -> None:
    event = add(desk, headline=HOSTILE)
    texts = {"headline": f"{HOSTILE}!", "summary": HOSTILE, "tag_names": HOSTILE}
    response = save(desk, event, version=0, **texts, **new_citation(0, label=HOSTILE))
    assert response.status_code == 409
    html = response.content.decode()
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_two_saves_of_one_version_cannot_both_go_through(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    address = reverse("admin:events_event_change", args=[event.pk])
    statuses = [desk.post(address, opened | {"summary": text}).status_code for text in ("One", "Two")]
    assert statuses == [302, 409]
    assert Event.objects.get().summary == "One"


@pytest.mark.django_db
def test_what_only_the_other_editor_changed_is_taken_over_and_not_shown_as_ones_own(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", publisher=Publisher.objects.create(name="The Wire"))
    event = add(desk, tag_names="Dams, Rivers", **new_citation(0, source=source.pk, label="Wire"))
    event = Event.objects.get(pk=event.pk)
    opened = form_data(event)
    theirs = {
        "headline": "A dam is opened at last.",
        "tag_names": "Dams, Lakes",
        "citations-0-label": "The Wire",
        "status": "withdrawn",
        "withdrawn_reason": "Another dam",
    }
    assert save(desk, event, **theirs).status_code == 302

    address = reverse("admin:events_event_change", args=[event.pk])
    response = desk.post(address, opened | {"summary": "Water flows.", "tag_names": "Dams, Rivers, Water"})
    assert response.status_code == 409
    assert [field.name for field in response.context["conflict"]["fields"]] == ["Summary", "Tags"]
    form = response.context["adminform"].form
    assert form["headline"].value() == "A dam is opened at last."
    assert form["tag_names"].value() == "Dams, Lakes, Water"
    assert form["status"].value() == "withdrawn"
    going_on = response.wsgi_request.POST.copy()
    del going_on["_conflict"]
    assert desk.post(address, going_on).status_code == 302
    event = Event.objects.get(pk=event.pk)
    assert (event.headline, event.summary, event.status) == ("A dam is opened at last.", "Water flows.", "withdrawn")
    assert [row.spelling for row in event.event_tags.all()] == ["Dams", "Lakes", "Water"]
    assert [citation.label for citation in event.citations.all()] == ["The Wire"]
