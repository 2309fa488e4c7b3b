"""What commands say where there is no database, or one that is not ready."""

import socket
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from sources.database import require_connection, require_set_up

pytestmark = pytest.mark.django_db

NOT_SET_UP = "This database is not set up yet. Run manage.py migrate first."
ARGUMENTS = {
    "copy_database": ["sqlite:///other.sqlite3"],
    "import_documents": ["page.md"],
    "export_documents": ["out"],
    "forget_second_proof": ["somebody"],
}
SETS_UP = {"migrate", "prepare"}


def own_commands() -> list[str]:
    folders = (Path(settings.BASE_DIR) / app / "management/commands" for app in ("newsroom", "events", "sources"))
    names = {path.stem for folder in folders for path in folder.glob("*.py")}
    return sorted(names - {"__init__"})


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Lets the database be where there is none; returns what names the place."""
    if connection.vendor == "sqlite":
        place = str(tmp_path / "nowhere" / "wiki.sqlite3")
        monkeypatch.setitem(connection.settings_dict, "NAME", place)
        return place
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "secret-word")
    return f'127.0.0.1", port {port}'


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lets the database be one without any table."""
    name = tmp_path / "empty.sqlite3" if connection.vendor == "sqlite" else "postgres"
    monkeypatch.setitem(connection.settings_dict, "NAME", name)


@pytest.mark.parametrize("command", own_commands())
def test_every_command_names_a_database_that_cannot_be_opened(command: str, no_server: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(command, *ARGUMENTS.get(command, []), stdout=StringIO(), stderr=StringIO())
    said = str(caught.value)
    assert no_server in said and "cannot be opened: " in said and "DATABASE_URL" in said
    assert "\n" not in said and "secret-word" not in said


@pytest.mark.parametrize("command", sorted(set(own_commands()) - SETS_UP))
@pytest.mark.usefixtures("empty_database")
def test_every_command_that_needs_tables_says_how_to_make_them(command: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(command, *ARGUMENTS.get(command, []), stdout=StringIO(), stderr=StringIO())
    assert str(caught.value) == NOT_SET_UP


@pytest.mark.usefixtures("empty_database")
def test_an_empty_database_can_be_set_up() -> None:
    require_connection()


def test_a_database_with_all_tables_is_ready() -> None:
    require_set_up()


def test_a_database_from_before_an_upgrade_is_said_to_be_older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.database.MigrationLoader", WithOneMore)
    with pytest.raises(CommandError, match=r"not as new as this program. Run manage.py migrate first"):
        require_set_up()


class WithOneMore:
    """Stands for the migrations of a newer program."""

    def __init__(self, _: None) -> None:
        self.disk_migrations = {("events", "9999_of_tomorrow"): None}
