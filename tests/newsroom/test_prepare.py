import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from pytest_django import Settings

from events.models import Category, Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    """A seed and a folder for static files that belong to one test."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.FIXTURE_DIRS = [tmp_path]
    (tmp_path / "seed.json").write_text(
        '[{"model": "events.category", "fields": {"key": "of the seed", "name": "Of the seed"}}]',
        encoding="utf-8",
    )


def prepare() -> str:
    """Run the command and return what it printed."""
    output = StringIO()
    call_command("prepare", stdout=output)
    return output.getvalue()


def seed_is_loaded() -> bool:
    return Category.objects.filter(name="Of the seed").exists()


def test_the_first_run_prints_a_password_that_opens_the_admin() -> None:
    found = re.search(r"password +(\S+)", prepare())
    assert found
    user = get_user_model().objects.get(username="editor")
    assert user.check_password(found[1])
    assert user.is_superuser


def test_the_second_run_prints_no_password_and_makes_no_account() -> None:
    prepare()
    assert "password" not in prepare()
    assert get_user_model().objects.count() == 1


def test_a_site_with_accounts_gets_no_editor() -> None:
    get_user_model().objects.create_user(username="somebody")
    prepare()
    assert not get_user_model().objects.filter(username="editor").exists()


def test_an_empty_database_gets_the_seed() -> None:
    prepare()
    assert seed_is_loaded()


def test_a_database_with_events_keeps_its_own() -> None:
    Event.objects.create(language="en", date="2017-02-02", slug="own", headline="Our own event.")
    prepare()
    assert not seed_is_loaded()


def test_a_checkout_without_a_seed_is_prepared_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "seed.json").unlink()
    prepare()
    assert get_user_model().objects.exists()


def test_static_files_are_collected(tmp_path: Path) -> None:
    prepare()
    assert (tmp_path / "static" / "admin" / "css" / "base.css").exists()
