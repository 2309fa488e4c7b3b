"""Two editors at once: no save goes through unseen, and no word of the later one is lost."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from events import revisions, services
from events.choices import LinkKind, RevisionKind
from events.documents.records import EventDocument
from events.models import Event, RelatedLink
from sources.models import Publisher, Source
from tests.events.desk import HOSTILE, add, form_data, messages, new_citation, save


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


def address(event: Event) -> str:
    return reverse("admin:events_event_change", args=[event.pk])


def decide(response: Any, side: str) -> dict[str, str]:
    """What the page of a conflict posts if one side is chosen everywhere."""
    return {choice.name: side for choice in response.context["conflict"]["choices"]}


def refused(event: Event) -> list[EventDocument]:
    found = event.revisions.filter(kind=RevisionKind.REFUSED).order_by("number")
    return [revisions.read(revision) for revision in found]


@pytest.mark.django_db
def test_a_stale_save_that_touches_other_fields_and_rows_is_merged_and_saved(desk: Client) -> None:
    event = add(desk, tag_names="River", **new_citation(0, label="Reuters"))
    opened = form_data(event)
    save(desk, event, summary="Of the other.", tag_names="River, Sea", **{"citations-0-DELETE": "on"})

    mine = {"headline": "Mine.", "tag_names": "Lake", "comment": "why"} | new_citation(1, label="BBC")
    response = desk.post(address(event), opened | mine)

    assert response.status_code == 302
    event = Event.objects.get(pk=event.pk)
    assert (event.headline, event.summary) == ("Mine.", "Of the other.")
    assert [row.spelling for row in event.event_tags.all()] == ["Sea", "Lake"]
    assert [citation.label for citation in event.citations.all()] == ["BBC"]
    assert [revision.kind for revision in event.revisions.all()] == [RevisionKind.SAVED] * 3
    assert event.revisions.all()[0].comment == "why"
    assert "Merged with what ed saved at" in messages(response)
    assert f"{reverse('admin:events_event_compare', args=[event.pk])}?one=1&amp;two=2" in messages(response)


@pytest.mark.django_db
def test_what_both_changed_is_shown_side_by_side_and_nothing_of_it_is_saved(desk: Client) -> None:
    event = add(desk, summary="It holds much water.", tag_names="River")
    opened = form_data(event)
    save(desk, event, headline="A big dam is opened.", comment="Bigger")

    mine = {"headline": "A small dam is opened.", "summary": "It holds little water.", "tag_names": "Sea"}
    response = desk.post(address(event), opened | mine)

    assert response.status_code == 409
    (choice,) = response.context["conflict"]["choices"]
    assert (choice.label, choice.base) == ("Headline", "A dam is opened.")
    html = response.content.decode()
    for text in ("A <ins>big </ins>dam", "A <ins>small </ins>dam", "Bigger", "<ins>Sea</ins>"):
        assert text in html
    assert "It holds little water.</textarea>" in html
    assert "A small dam is opened.</textarea>" in html
    event.refresh_from_db()
    assert event.headline == "A big dam is opened."


@pytest.mark.parametrize(("side", "headline"), [("mine", "Mine."), ("theirs", "Theirs.")])
@pytest.mark.django_db
def test_a_choice_is_saved_with_everything_else_that_was_merged(desk: Client, side: str, headline: str) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, headline="Theirs.", summary="Of the other.")
    response = desk.post(address(event), opened | {"headline": "Mine.", "comment": "why"} | new_citation(0, label="AP"))

    assert desk.post(address(event), conflict_form(response) | decide(response, side)).status_code == 302
    event.refresh_from_db()
    assert (event.headline, event.summary) == (headline, "Of the other.")
    assert event.citations.get().label == "AP"
    assert (event.version, event.revisions.count(), event.revisions.all()[0].comment) == (4, 4, "why")


@pytest.mark.django_db
def test_what_was_refused_stays_in_the_history_marked_as_not_taken(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, headline="Theirs.")
    mine = {"headline": "Mine.", "summary": "Kept.\r\nAll.", "tag_names": "Sea", "date": "2021-03-05"}
    rows = {"related_links-0-note": "Of no event.", "related_links-TOTAL_FORMS": 1}
    desk.post(address(event), opened | mine | rows | new_citation(0, label="AP"))

    (document,) = refused(event)
    assert (document.headline, document.summary, document.tags) == ("Mine.", "Kept.\nAll.", ("Sea",))
    assert (document.date.isoformat(), document.citations[0].label) == ("2021-03-05", "AP")
    history = desk.get(reverse("admin:events_event_history", args=[event.pk])).content.decode()
    assert history.count("not taken") == 1
    state = desk.get(reverse("admin:events_event_state", args=[event.pk, 3])).content.decode()
    assert "not taken" in state
    assert "Kept." in state


@pytest.mark.django_db
def test_a_choice_that_comes_too_late_itself_is_asked_again_and_loses_nothing(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, headline="Theirs.")
    response = desk.post(address(event), opened | {"headline": "Mine.", "summary": "Of mine."})
    going_on = conflict_form(response) | {"headline": "Mine, mended."}
    save(desk, Event.objects.get(pk=event.pk), headline="Theirs again.")

    again = desk.post(address(event), going_on | decide(response, "mine"))
    assert again.status_code == 409
    assert [document.headline for document in refused(event)] == ["Mine.", "Mine, mended."]
    assert again.context["conflict"]["choices"][0].base == "Theirs."
    assert desk.post(address(event), conflict_form(again) | decide(again, "mine")).status_code == 302
    event.refresh_from_db()
    assert (event.headline, event.summary) == ("Mine, mended.", "Of mine.")


@pytest.mark.django_db
def test_what_was_typed_into_the_form_of_a_conflict_and_then_not_chosen_is_kept_too(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, headline="Theirs.")
    response = desk.post(address(event), opened | {"headline": "Mine.", "summary": "Of mine."})
    going_on = conflict_form(response) | {"headline": "A third.", "tag_names": "Sea"}

    assert desk.post(address(event), going_on | decide(response, "theirs")).status_code == 302
    event.refresh_from_db()
    assert (event.headline, event.summary) == ("Theirs.", "Of mine.")
    assert [document.headline for document in refused(event)] == ["Mine.", "A third."]


@pytest.mark.django_db
def test_a_row_that_both_changed_is_a_choice_and_so_is_one_that_the_other_took_away(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", publisher=Publisher.objects.create(name="The Wire"))
    target = add(desk, headline="A dam is planned.")
    event = add(desk, **new_citation(0, source=source.pk, label="Wire"))
    RelatedLink.objects.create(event=event, target=target, position=1, context=["Dam"])
    assert save(desk, event).status_code == 302
    event = Event.objects.get(pk=event.pk)
    opened = form_data(event)
    save(desk, event, **{"citations-0-DELETE": "on", "related_links-0-note": "Another dam."})

    mine = {"related_links-0-note": "The same dam.", "citations-0-label": "The Wire, corrected"}
    response = desk.post(address(event), opened | mine)
    assert response.status_code == 409
    shown = {choice.label: choice for choice in response.context["conflict"]["choices"]}
    assert set(shown) == {"A citation", "A related event"}
    assert (shown["A citation"].base.split(" · ")[0], shown["A citation"].theirs) == ("Wire", [])

    both = conflict_form(response)
    assert desk.post(address(event), both | {shown["A related event"].name: "theirs"}).status_code == 302
    assert (event.citations.get().source, event.citations.get().label) == (source, "The Wire, corrected")
    link = event.related_links.get()
    assert (link.target, link.note, link.context, link.kind) == (target, "Another dam.", ["Dam"], LinkKind.PINNED)


@pytest.mark.parametrize("side", ["mine", "theirs"])
@pytest.mark.django_db
def test_two_orders_of_the_citations_are_a_choice(desk: Client, side: str) -> None:
    rows = {
        f"citations-{number}-{name}": value
        for number, label in enumerate(("AP", "BBC", "CNN"))
        for name, value in {"id": "", "label": label, "position": number + 1}.items()
    }
    event = add(desk, **rows, **{"citations-TOTAL_FORMS": 3})
    opened = form_data(event)
    save(desk, event, **{"citations-0-position": 9})
    response = desk.post(
        address(event), opened | {"citations-0-position": 2, "citations-1-position": 3, "citations-2-position": 1}
    )

    assert [choice.label for choice in response.context["conflict"]["choices"]] == ["Order of the citations"]
    assert desk.post(address(event), conflict_form(response) | decide(response, side)).status_code == 302
    expected = ["CNN", "AP", "BBC"] if side == "mine" else ["BBC", "CNN", "AP"]
    assert [citation.label for citation in event.citations.all()] == expected


@pytest.mark.django_db
def test_what_one_deleted_stays_deleted_and_what_the_other_added_stays(desk: Client) -> None:
    event = add(desk, **new_citation(0, label="Reuters"))
    opened = form_data(event)
    save(desk, event, **new_citation(1, label="BBC"), **{"citations-INITIAL_FORMS": 1})

    assert desk.post(address(event), opened | {"citations-0-DELETE": "on"}).status_code == 302
    assert [citation.label for citation in event.citations.all()] == ["BBC"]


@pytest.mark.django_db
def test_another_source_brings_its_publishers_name_also_when_the_save_is_merged(desk: Client) -> None:
    publishers = [Publisher.objects.create(name=name) for name in ("The Wire", "The Gull")]
    sources = [Source.objects.create(title="Dam opened", publisher=publisher) for publisher in publishers]
    event = add(desk, **new_citation(0, source=sources[0].pk))
    opened = form_data(event)
    save(desk, event, summary="Of the other.")

    assert desk.post(address(event), opened | {"citations-0-source": sources[1].pk}).status_code == 302
    assert (event.citations.get().source, event.citations.get().label) == (sources[1], "The Gull")


@pytest.mark.django_db
def test_a_merged_save_with_errors_shows_the_merged_form(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, summary="Of the other.")

    response = desk.post(address(event), opened | {"headline": "Mine.", "date": "yesterday"})
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert [form[name].value() for name in ("headline", "date", "summary")] == ["Mine.", "yesterday", "Of the other."]
    assert "Nothing of it is saved yet" in messages(response)
    assert desk.post(address(event), conflict_form(response) | {"date": "2021-03-04"}).status_code == 302
    event.refresh_from_db()
    assert (event.headline, event.summary) == ("Mine.", "Of the other.")


@pytest.mark.django_db
def test_a_citation_by_another_hand_between_is_merged_too(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    services.cite(event, Source.objects.create(title="Dam opened"), editor=User.objects.get())

    assert desk.post(address(event), opened | {"summary": "Mine."}).status_code == 302
    event.refresh_from_db()
    assert (event.summary, event.citations.count()) == ("Mine.", 1)


@pytest.mark.parametrize(
    "broken",
    [
        {"version": "x"},
        {"date": "yesterday", "category": "x", "_move": "?"},
        {"citations-TOTAL_FORMS": "many", "citations-0-source": "999999999", "citations-0-label": "Kept label"},
        {"related_links-7-target": "x", "related_links-7-note": "Kept label", "related_links-7-position": "-"},
    ],
)
@pytest.mark.django_db
def test_broken_data_is_a_conflict_page_too_never_an_error(desk: Client, broken: dict[str, str]) -> None:
    event = add(desk)
    opened = form_data(event)
    save(desk, event, summary="Of the other.")
    response = desk.post(address(event), opened | {"summary": "Kept text"} | broken)
    assert response.status_code == 409
    assert refused(event)[0].summary == "Kept text"
    for text in {"Kept text", *broken.values()} & {"Kept text", "Kept label"}:
        assert text in response.content.decode()


@pytest.mark.django_db
def test_script_in_a_conflict_is_shown_as_text(desk: Client) -> None:
    event = add(desk, headline=HOSTILE)
    opened = form_data(event)
    save(desk, event, headline=f"{HOSTILE}?", comment=HOSTILE)
    texts = {"headline": f"{HOSTILE}!", "summary": HOSTILE, "tag_names": HOSTILE}
    response = desk.post(address(event), opened | texts | new_citation(0, label=HOSTILE))
    assert response.status_code == 409
    html = response.content.decode()
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_two_saves_of_one_version_cannot_both_go_through(desk: Client) -> None:
    event = add(desk)
    opened = form_data(event)
    statuses = [desk.post(address(event), opened | {"summary": text}).status_code for text in ("One", "Two")]
    assert statuses == [302, 409]
    assert Event.objects.get().summary == "One"


@pytest.mark.django_db
def test_what_only_the_other_editor_changed_is_taken_over(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", publisher=Publisher.objects.create(name="The Wire"))
    event = add(desk, tag_names="Dams, Rivers", **new_citation(0, source=source.pk, label="Wire"))
    event = Event.objects.get(pk=event.pk)
    opened = form_data(event)
    theirs = {
        "headline": "A dam is opened at last.",
        "tag_names": "Dams, Lakes",
        "citations-0-label": "The Wire",
        "_move": "submit",
    }
    assert save(desk, event, **theirs).status_code == 302

    mine = {"summary": "Water flows.", "tag_names": "Dams, Rivers, Water"}
    assert desk.post(address(event), opened | mine).status_code == 302
    event = Event.objects.get(pk=event.pk)
    assert (event.headline, event.summary, event.status) == ("A dam is opened at last.", "Water flows.", "review")
    assert [row.spelling for row in event.event_tags.all()] == ["Dams", "Lakes", "Water"]
    assert [citation.label for citation in event.citations.all()] == ["The Wire"]
