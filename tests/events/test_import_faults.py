"""What imports once got wrong: one test a fault."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from msgspec.structs import replace

from events import exporter, revisions, services
from events.choices import Status
from events.documents.files import Found
from events.documents.jsonl import read
from events.documents.records import EventDocument
from events.importer import Options, Report, import_batch
from events.models import Event, Redirect, Tag, TagAlias
from sources.models import Publisher, Source
from tests.events.documents.test_files import DAY, export

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]
KENT = {"date": "2021-05-04", "slug": "kent", "headline": "The Kent floods", "tags": ["Kendal"]}


@pytest.fixture
def tell(tmp_path: Path, load: Load) -> Callable[..., Report]:
    """Import one record."""

    def tell(record: Mapping[str, object], **changes: object) -> Report:
        path = tmp_path / "record.jsonl"
        path.write_text(json.dumps({**record, **changes}) + "\n")
        return load(path)

    return tell


def edit(event: Event, **changes: object) -> Event:
    event = Event.objects.with_everything().get(pk=event.pk)
    document = replace(exporter.event_document(event), **changes)
    editor = User.objects.get_or_create(username="ed")[0]
    return services.rewrite(event, event.version, document, editor=editor, comment="")


def is_in_step(event: Event) -> bool:
    """Whether the event's newest revision is what its rows say."""
    event = Event.objects.with_everything().get(pk=event.pk)
    return revisions.read(event.revisions.get(number=event.version)) == exporter.event_document(event)


def test_old_slugs_of_an_event_that_an_editor_moved_stay_those_of_its_former_day(tell: Load) -> None:
    tell(KENT)
    event = edit(Event.objects.get(), date=dt.date(2021, 5, 5))
    tell(KENT, old_slugs=["comet"])
    assert {(f"{row.date:%d}", row.slug) for row in Redirect.objects.all()} == {("04", "kent"), ("04", "comet")}
    tell({"date": "2021-05-05", "slug": "comet", "headline": "A comet is seen"})
    assert Event.objects.count() == 2
    assert Event.objects.get(pk=event.pk).headline == "The Kent floods"


def test_an_event_that_an_editor_moved_is_found_by_a_document_without_a_slug(tell: Load) -> None:
    tell({"date": "2021-05-04", "headline": "The Kent floods"})
    edit(Event.objects.get(), date=dt.date(2021, 5, 5))
    tell({"date": "2021-05-04", "headline": "The Kent floods", "tags": ["Kendal"]})
    event = Event.objects.get()
    assert (event.date.day, event.tags.get().name) == (5, "Kendal")


def test_a_stub_that_an_editor_made_a_draft_stays_one(tell: Load) -> None:
    link = {"date": "2021-05-03", "slug": "rain", "headline": "It rains"}
    tell(KENT, related=[link])
    stub = edit(Event.objects.get(slug="rain"), status=Status.DRAFT)
    tell({"date": "2021-05-05", "slug": "sun", "headline": "It shines", "related": [link]})
    stub.refresh_from_db()
    assert stub.status == "draft"


def test_names_that_were_merged_are_one_tag_in_the_rows_and_in_the_revision(tell: Load) -> None:
    tell(KENT, tags=["USA"])
    event = Event.objects.get()
    tag = Tag.objects.get()
    tag.name, tag.is_name_chosen = "United States", True
    tag.save()
    TagAlias.objects.create(tag=tag, name="USA")
    tell(KENT, tags=["United States"], summary="More")
    assert is_in_step(event)
    assert event.event_tags.count() == 1


def test_a_tag_that_an_editor_took_away_does_not_come_back_by_another_name(tell: Load) -> None:
    tell(KENT, tags=["USA", "Kendal"])
    TagAlias.objects.create(tag=Tag.objects.get(key="usa"), name="United States")
    event = edit(Event.objects.get(), tags=("Kendal",))
    tell(KENT, tags=["United States", "Kendal"], summary="More")
    assert [row.spelling for row in event.event_tags.all()] == ["Kendal"]


def test_a_day_page_in_wikitext_does_not_replace_what_an_event_page_says(
    tmp_path: Path, tell: Load, load: Load
) -> None:
    tell(KENT, date="2031-05-04", headline="The River Kent leaves its bed.", category="Sports")
    (tmp_path / "export.xml").write_bytes(export(DAY))
    load(tmp_path / "export.xml")
    event = Event.objects.get()
    assert event.category and event.category.name == "Sports"


def test_a_replaced_revision_that_cannot_be_stored_is_left_out_and_the_page_comes_in(
    tmp_path: Path, load: Load
) -> None:
    (tmp_path / "export.xml").write_bytes(export(DAY.replace("Lakeland News", "x" * 300), DAY))
    report = load(tmp_path / "export.xml")
    assert not report.rejected
    assert "an earlier state of “The River Kent leaves its bed.” was left out" in report.notes[0][1]
    assert Event.objects.get().revisions.count() == 1


def test_a_rejected_day_leaves_nothing_behind(tmp_path: Path, load: Load) -> None:
    page = f"""\
## [2021-05-4](/news/2021/05/4/index.md)

### [The Kent floods](/news/2021/05/4/kent.md)
_Context: Kendal_

### [Rain falls](/news/2021/05/4/rain.md)
_Context: {"x" * 300}_
"""
    (tmp_path / "index.md").write_text(page)
    publishers = Publisher.objects.count()
    assert load(tmp_path).rejected
    assert (Event.objects.count(), Source.objects.count(), Publisher.objects.count()) == (0, 0, publishers)


@pytest.mark.django_db(transaction=True)  # SQLite looks for what is missing when it commits
def test_a_tag_that_an_editor_deletes_between_two_batches_is_made_again() -> None:
    options, report = Options(), Report()
    record = read(json.dumps(KENT))
    import_batch([Found("a", record, sha256="1")], report, options)
    edit(Event.objects.get(), tags=())
    assert not Tag.objects.exists()
    other = read(json.dumps(KENT | {"slug": "other", "headline": "Another", "date": "2021-05-06"}))
    import_batch([Found("b", other, sha256="2")], report, options)
    assert not report.rejected
    assert Event.objects.get(slug="other").tags.get().name == "Kendal"
    assert isinstance(record, EventDocument)
