"""manage.py copy_database: from SQLite to PostgreSQL, or back."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from events import search
from events.models import Event
from newsroom.management.commands.copy_database import all_models
from tests import fresh
from tests.events.making import make_event
from tests.pictures.situation import make

pytestmark = pytest.mark.django_db(transaction=True)


def manage(database: str, *arguments: str) -> str:
    """Run a command of manage.py on the database at this address; returns why it was refused, or nothing."""
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert bool(done.returncode) == bool(done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def copied(origin: str) -> str:
    """Copy into the database of the tests; returns why that was refused, or nothing."""
    return manage(address(), "copy_database", origin)


def address() -> str:
    """Where the database of the tests is."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def rows() -> dict[str, list[tuple[Any, ...]]]:
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in all_models()}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("other") / "other.sqlite3"
    assert not manage(f"sqlite:///{path}", "migrate")
    return path


@pytest.fixture
def other(migrated: Path, tmp_path: Path) -> Path:
    """Another database, set up and empty."""
    return Path(shutil.copy(migrated, tmp_path))


def test_a_wiki_at_work_is_the_same_in_another_database_and_back(other: Path) -> None:
    make()
    before = rows()
    assert {label for label, there in before.items() if there} >= {"events.Revision", "events.Proposal", "auth.User"}

    assert not manage(f"sqlite:///{other}", "copy_database", address())
    fresh.start_over()
    assert not copied(f"sqlite:///{other}")

    assert rows() == before
    assert search.check(repairs=False).is_whole
    call_command("verify_history")
    assert make_event("A new one.").pk > max(row[0] for row in before["events.Event"])


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as changed, changed:
        changed.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM django_migrations WHERE app = 'events'", "is not as new as this program"),
        ("DROP TABLE django_migrations", "is not as new as this program"),
        ("INSERT INTO django_migrations (app, name, applied) VALUES ('events', '9999_x', '')", "is newer than this"),
        (
            "INSERT INTO events_tagalias (id, name, key, language, tag_id) VALUES (1, 'x', 'x', 'en', 77)",
            "Not all rows can be written: .*Nothing was copied",
        ),
    ],
)
def test_what_does_not_fit_is_refused_whole(other: Path, statement: str, said: str) -> None:
    change(other, statement)
    before = rows()
    assert re.search(said, copied(f"sqlite:///{other}"))
    assert rows() == before


def test_a_database_in_which_somebody_has_worked_is_left_alone(other: Path) -> None:
    make_event("The Kent rises.")
    assert re.search(r"is not empty: it holds events\. .* Nothing was changed", copied(f"sqlite:///{other}"))
    assert Event.objects.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("other.sqlite3", "is named like sqlite:////path"),
        ("mysql://me@here/wiki", "is named like sqlite:////path"),
        ("sqlite:////nowhere/other.sqlite3", "There is no database /nowhere/other.sqlite3"),
        ("postgres://me:secret@127.0.0.1:9/wiki", "wiki on 127.0.0.1 cannot be opened"),
        ("postgres://me:secret@127.0.0.1:port/wiki", "is named like"),
    ],
)
def test_an_address_that_leads_nowhere_is_named_without_its_password(url: str, said: str) -> None:
    refused = copied(url)
    assert said in refused
    assert "secret" not in refused
