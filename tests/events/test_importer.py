"""Documents become rows, in any order, once."""

import datetime as dt
import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.db import transaction

from events.choices import LinkKind
from events.importer import Report
from events.models import Event, EventTag, Redirect, Revision, Tag, TagAlias
from sources.importer import Outcome
from sources.models import Source
from tests.events.documents.samples import DAY_PAGE, EVENT_PAGE
from tests.events.rows import all_rows

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]


def write_lines(path: Path, *records: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_an_event_page_becomes_an_event_with_stubs_for_what_it_leads_to(tmp_path: Path, load: Load) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    report = load(tmp_path)
    assert report.counts == {("events", Outcome.CREATED): 1, ("stubs", Outcome.CREATED): 2}
    event = Event.objects.get(date=dt.date(2031, 5, 4))
    assert event.status == "published"
    assert not event.is_stub
    assert [tag.tag.name for tag in event.topics] == ["Lake District flood"]
    assert [(link.target.slug, link.kind) for link in event.related_links.all()] == [
        ("schools-close", LinkKind.IMPORTED),
        ("a-bridge-is-built", LinkKind.IMPORTED),
    ]
    stub = Event.objects.get(slug="schools-close")
    assert stub.is_stub and stub.is_unsourced and stub.status == "published"
    assert [row.spelling for row in stub.event_tags.all()] == ["Lake District flood", "Kendal"]
    assert list(event.revisions.values_list("number", "comment")) == [(1, "Imported")]


def test_importing_the_same_again_changes_nothing(tmp_path: Path, load: Load) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    load(tmp_path)
    before = all_rows()
    assert load(tmp_path).counts == {("events", Outcome.UNCHANGED): 1}
    assert all_rows() == before


def test_a_page_and_the_day_page_that_names_it_are_one_event_in_either_order(tmp_path: Path, load: Load) -> None:
    page, day = tmp_path / "news/2031/05/4/the-river-kent.md", tmp_path / "news/2031/05/4/index.md"
    page.parent.mkdir(parents=True)
    page.write_text(EVENT_PAGE)
    day.write_text(DAY_PAGE)
    states = []
    for order in ((page, day), (day, page)):
        with transaction.atomic():
            for path in order:
                load(path)
            event = Event.objects.get(slug="the-river-kent")
            states.append(
                (
                    Event.objects.count(),
                    event.headline,
                    event.summary.splitlines()[-1],
                    {row.spelling for row in event.event_tags.all()},
                    [row.spelling for row in event.topics],
                    event.citations.count(),
                )
            )
            transaction.set_rollback(True)
    assert states[0][0] == 4
    assert states[0][3:] == states[1][3:]
    assert states[0][2] == states[1][2]


def test_a_bad_document_leaves_nothing_behind_and_the_others_come_in(tmp_path: Path, load: Load) -> None:
    long_name = {"date": "2031-05-04", "headline": "Bad", "tags": ["x" * 300], "citations": [{"label": "BBC"}]}
    good = {"date": "2031-05-04", "headline": "Good"}
    bad_source = {"date": "2031-05-04", "headline": "Bad too", "citations": [{"url": "javascript:alert(1)"}]}
    report = load(write_lines(tmp_path / "x.jsonl", long_name, good, bad_source))
    assert [(error.line, error.reason[:12]) for _, error in report.rejected] == [
        (1, "the tag has "),
        (3, report.rejected[1][1].reason[:12]),
    ]
    assert "javascript:alert(1)" in report.rejected[1][1].reason
    assert [event.headline for event in Event.objects.all()] == ["Good"]
    assert not Tag.objects.exists() and not Source.objects.exists()


def test_two_events_of_one_day_that_share_the_beginning_of_their_headlines_get_two_slugs(
    tmp_path: Path, load: Load
) -> None:
    beginning = "A headline so long that its slug is cut before it ends " * 3
    one, two = ({"date": "2031-05-04", "headline": beginning + end} for end in ("one", "two"))
    slugs = []
    for order in ((one, two), (two, one)):
        with transaction.atomic():
            load(write_lines(tmp_path / "x.jsonl", *order))
            slugs.append(set(Event.objects.values_list("slug", flat=True)))
            transaction.set_rollback(True)
    assert all(len(found) == 2 for found in slugs)


def test_a_category_that_is_none_becomes_the_broadest_topic(tmp_path: Path, load: Load) -> None:
    records: list[Mapping[str, object]] = [
        {"date": "2031-05-04", "headline": "One", "category": "Sport"},
        {"date": "2031-05-04", "headline": "Two", "category": "Uncategorized"},
        {"date": "2031-05-04", "headline": "Three", "category": "A war", "topics": ["A battle"]},
    ]
    load(write_lines(tmp_path / "x.jsonl", *records))
    one, two, three = (Event.objects.get(headline=headline) for headline in ("One", "Two", "Three"))
    assert str(one.category) == "Sports"
    assert two.category is None and not two.topics
    assert [row.spelling for row in three.topics] == ["A war", "A battle"]


def test_a_label_names_a_publisher_only_if_it_is_known(tmp_path: Path, load: Load) -> None:
    labels = [{"label": "BBC News"}, {"label": "Kendal Mercury"}]
    load(write_lines(tmp_path / "x.jsonl", {"date": "2031-05-04", "headline": "One", "citations": labels}))
    first, second = Event.objects.get().citations.all()
    assert (first.label, str(first.publisher)) == ("BBC News", "BBC")
    assert second.publisher is None
    assert first.source is None


def test_tags_are_shown_as_most_events_spell_them_unless_an_editor_chose(tmp_path: Path, load: Load) -> None:
    records: list[Mapping[str, object]] = [
        {"date": "2031-05-04", "headline": str(n), "tags": [tag]} for n, tag in enumerate(["KENT", "Kent", "Kent"])
    ]
    load(write_lines(tmp_path / "a.jsonl", *records))
    tag = Tag.objects.get()
    assert tag.name == "Kent"
    assert EventTag.objects.filter(spelling="KENT").count() == 1
    load(write_lines(tmp_path / "b.jsonl", {"type": "tag", "name": "KenT", "aliases": ["River Kent"]}))
    load(write_lines(tmp_path / "c.jsonl", {"date": "2031-05-04", "headline": "3", "tags": ["river  kent"]}))
    tag.refresh_from_db()
    assert (tag.name, tag.event_tags.count(), Tag.objects.count()) == ("KenT", 4, 1)


def test_a_link_to_an_event_by_an_old_slug_finds_it(tmp_path: Path, load: Load) -> None:
    records: list[Mapping[str, object]] = [
        {"date": "2031-05-04", "slug": "new", "headline": "One", "old_slugs": ["old", "2031-05-03/older"]},
        {"date": "2031-05-05", "headline": "Two", "related": [{"date": "2031-05-04", "slug": "old", "headline": "x"}]},
        {"date": "2031-05-06", "headline": "3", "related": [{"date": "2031-05-03", "slug": "older", "headline": "x"}]},
    ]
    report = load(write_lines(tmp_path / "x.jsonl", *records))
    assert report.counts == {("events", Outcome.CREATED): 3}
    assert {link.target.slug for event in Event.objects.all() for link in event.related_links.all()} == {"new"}
    assert Redirect.objects.count() == 2


def test_revisions_are_numbered_and_each_is_chained_to_the_one_before(tmp_path: Path, load: Load) -> None:
    load(write_lines(tmp_path / "a.jsonl", {"date": "2031-05-04", "slug": "a", "headline": "One"}))
    load(write_lines(tmp_path / "b.jsonl", {"date": "2031-05-04", "slug": "a", "headline": "One", "tags": ["Kent"]}))
    first, second = Revision.objects.order_by("number")
    event = Event.objects.get()
    assert (first.number, second.number, event.version) == (1, 2, 2)
    assert event.last_link == second.link != first.link
    assert json.loads(second.document)["tags"] == ["Kent"]


def test_an_alias_of_a_tag_is_not_made_a_second_tag(tmp_path: Path, load: Load) -> None:
    load(write_lines(tmp_path / "a.jsonl", {"type": "tag", "name": "Türkiye", "aliases": ["Turkey"]}))
    load(write_lines(tmp_path / "b.jsonl", {"date": "2031-05-04", "headline": "One", "tags": ["Turkey", "Türkiye"]}))
    assert [row.spelling for row in Event.objects.get().event_tags.all()] == ["Turkey"]
    assert TagAlias.objects.get().key == "turkey"


def test_a_withdrawn_event_keeps_its_reason_when_a_link_to_it_came_first(tmp_path: Path, load: Load) -> None:
    link = {"date": "2031-05-05", "slug": "w", "headline": "W"}
    records: list[Mapping[str, object]] = [
        {"date": "2031-05-04", "headline": "A", "related": [link]},
        {**link, "status": "withdrawn", "withdrawn_reason": "Another river"},
    ]
    load(write_lines(tmp_path / "x.jsonl", *records))
    event = Event.objects.get(slug="w")
    assert (event.status, event.withdrawn_reason) == ("withdrawn", "Another river")


def test_what_a_draft_leads_to_is_a_draft_until_something_public_leads_there(tmp_path: Path, load: Load) -> None:
    link = {"date": "2031-05-05", "slug": "w", "headline": "W"}
    load(
        write_lines(tmp_path / "a.jsonl", {"date": "2031-05-04", "headline": "A", "status": "draft", "related": [link]})
    )
    assert Event.objects.get(slug="w").status == "draft"
    load(write_lines(tmp_path / "b.jsonl", {"date": "2031-05-04", "headline": "B", "related": [link]}))
    assert Event.objects.get(slug="w").status == "published"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"old_slugs": ["2031-02-30/x"]}, "an old slug is"),
        ({"old_slugs": ["foo/bar"]}, "an old slug is"),
        ({"old_slugs": ["a b?c"]}, "cannot stand in an address"),
        ({"slug": "index"}, "cannot stand in an address"),
        ({"language": "fr"}, "no edition of this wiki"),
        ({"tags": ["\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 50]}, "at most 255 fit"),
    ],
)
def test_a_record_that_cannot_be_stored_is_rejected_alone_with_the_reason(
    tmp_path: Path, load: Load, bad: Mapping[str, object], reason: str
) -> None:
    good = {"date": "2031-05-04", "headline": "Good"}
    report = load(write_lines(tmp_path / "x.jsonl", {"date": "2031-05-04", "headline": "Bad", **bad}, good))
    [(_, error)] = report.rejected
    assert reason in error.reason
    assert [event.headline for event in Event.objects.all()] == ["Good"]


# --- The seed documents -------------------------------------------------------------------------------------------


def test_the_three_seeds_give_the_same_rows_in_every_order(seeds: list[Path], load: Load) -> None:
    states = []
    for order in itertools.permutations(seeds):
        with transaction.atomic():
            for path in order:
                assert not load(path).rejected
            states.append(all_rows())
            transaction.set_rollback(True)
    assert len(states) == 6
    assert all(state == states[0] for state in states)
    assert len(states[0]["events.Event"]) == 11


def test_the_first_seed_is_an_event_with_its_tags_topic_source_and_ten_links(seeds: list[Path], load: Load) -> None:
    load(seeds[0])
    event = Event.objects.get(is_stub=False)
    assert event.date == dt.date(2017, 2, 2)
    assert event.headline.startswith("Russia-United States relations: The United States Department of the Treasury")
    assert event.summary.startswith("The U.S. Treasury Department on Thursday adjusted sanctions")
    assert [row.spelling for row in event.event_tags.all()] == [
        "Russia-United States relations",
        "alleged Russian interference in the 2016 U.S. election",
        "Barack Obama",
        "United States Treasury Department",
    ]
    assert [row.spelling for row in event.topics] == ["Russia-United States relations"]
    citation = event.citations.get()
    assert citation.label == "Reuters"
    assert citation.source and str(citation.source.publisher) == "Reuters"
    links = list(event.related_links.all())
    assert [link.target.date.isoformat() for link in links] == [
        "2016-12-29",
        "2016-12-21",
        "2016-11-21",
        "2008-11-24",
        "2017-08-09",
        "2017-08-02",
        "2017-07-09",
        "2017-07-30",
        "2017-07-28",
        "2017-07-22",
    ]
    assert links[2].context == ["Barack Obama", "Russia-United States relations"]
    assert all(link.target.is_stub for link in links)


@pytest.mark.parametrize("seed_first", [True, False])
def test_the_corpus_and_the_seed_tell_one_event_that_keeps_the_seeds_headline_slug_and_links(
    seeds: list[Path], load: Load, tmp_path: Path, seed_first: bool
) -> None:
    """The record is made up after the corpus's: no topic before the headline, other dashes, a label alone."""
    text = seeds[0].read_text()
    headline = next(line for line in text.splitlines() if line.startswith("# ")).removeprefix("# ").partition(": ")[2]
    record = {
        "date": "2017-02-02",
        "category": "International relations",
        "topics": ["Russia–United States relations"],
        "headline": headline.strip(),
        "citations": [{"label": "Reuters"}],
    }
    line = write_lines(tmp_path / "corpus.jsonl", record)
    for path in (seeds[0], line) if seed_first else (line, seeds[0]):
        load(path)
    event = Event.objects.get(date=dt.date(2017, 2, 2))
    assert event.headline.startswith("Russia-United States relations: ")
    assert event.slug.startswith("russia-united-states-relations-the-united-states-department")
    assert event.related_links.count() == 10
    assert [str(citation.source.publisher) for citation in event.citations.all() if citation.source] == ["Reuters"]
    assert str(event.category) == "International relations"
    assert len(event.topics) == 1
    assert Redirect.objects.get().event == event


def test_a_publisher_that_comes_after_the_labels_that_name_it_is_found_in_them(tmp_path: Path, load: Load) -> None:
    event = {"date": "2031-05-04", "headline": "Rain", "citations": [{"label": "AP via Lake Post"}, {"label": "LP"}]}
    load(write_lines(tmp_path / "a.jsonl", event))
    load(write_lines(tmp_path / "b.jsonl", {"type": "publisher", "name": "Lake Post", "aliases": ["LP"]}))
    publishers = [str(citation.publisher) for citation in Event.objects.get().citations.all()]
    assert publishers == ["Lake Post", "Lake Post"]
