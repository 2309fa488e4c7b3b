"""What the tests of events share: the seed documents, and documents made up for the tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, Q
from django.test import Client

from events import exporter, revisions, search
from events.choices import Status
from events.documents.files import list_files, read_file, survey
from events.importer import Options, Report, TagNames, import_batch
from events.models import Event, EventTag, Revision
from tests.events.desk import confirm

SHARED = Path(settings.BASE_DIR).parent / "shared"
SEEDS = SHARED / "seeds"


@pytest.fixture
def seeds() -> list[Path]:
    """The three seed documents; the test is skipped where they are not."""
    if not SEEDS.is_dir():
        pytest.skip("the seed documents are not here")
    return sorted(SEEDS.iterdir())


@pytest.fixture
def load() -> Callable[..., Report]:
    """Import files and folders, as the command does, and report."""

    def load(*roots: Path, language: str = "") -> Report:
        report = Report()
        for root in roots:
            files = [entry for entry in list_files(root) if isinstance(entry, Path)]
            known = survey(files)
            for path in files:
                for found in read_file(path, language, known.language):
                    import_batch([found], report, Options(TagNames(known.names)))
        return report

    return load


@pytest.fixture
def desk(client: Client, django_user_model: type[User]) -> Client:
    """A client of somebody who may do everything in the admin, and has given their password a moment ago."""
    client.force_login(django_user_model.objects.create_superuser("ed"))
    confirm(client)
    return client


@pytest.fixture(autouse=True)
def tags_say_what_their_events_say(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database, each row of EventTag must repeat its event's date and whether it is public.

    So every way of writing that any test goes, today's or a later one, is proved to keep them.
    """
    if not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("db")
    yield
    is_public = Q(event__status=Status.PUBLISHED)
    repeats = Q(is_public=True) & is_public | Q(is_public=False) & ~is_public
    assert list(EventTag.objects.exclude(repeats, date=F("event__date"))) == []


@pytest.fixture(autouse=True)
def events_know_when_readers_saw_them_come_and_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database, each event must have the moments that follow from its newest revision.

    Of events that a test changed behind the wiki's back nothing is asked.
    """
    if not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("db")
    yield
    newest = {row.event_id: row for row in Revision.objects.saved().order_by("number").iterator()}
    for event in (event for event in Event.objects.iterator() if event.pk in newest):
        said = revisions.read(newest[event.pk])
        if (said.status, said.corrections) == (event.status, exporter.correction_documents(event)):
            assert event.published_at or not said.status.is_public, event
            assert bool(event.withdrawn_at) == (said.status is Status.WITHDRAWN), event
            assert event.corrected_on == max((row.date for row in said.corrections), default=None), event


@pytest.fixture(autouse=True)
def the_search_says_what_events_say(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database, each row of the search says what its event says, once notes were followed.

    So every way of writing that any test goes, today's or a later one, is proved to tell the search.
    """
    if not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("db")
    yield
    search.catch_up()
    assert search.check(repairs=False).is_whole
