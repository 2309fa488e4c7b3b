import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

SHOW = """
import json
from newsroom import settings
names = "DEBUG ALLOWED_HOSTS SITE_URL SESSION_COOKIE_SECURE EDITIONS DATABASES SECRET_KEY INSTALLED_APPS".split()
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def settings_with(**environment: str) -> dict[str, object]:
    """The settings as a new process sees them that has only `environment` set."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "given", **environment},
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(shown.stdout))


def test_a_site_that_was_told_nothing_is_safe() -> None:
    told_nothing = settings_with()
    assert told_nothing["DEBUG"] is False
    assert set(told_nothing["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}  # type: ignore[call-overload]
    assert "newsroom.sqlite3" in str(told_nothing["DATABASES"])


def test_the_environment_changes_what_it_names() -> None:
    told = settings_with(DEBUG="1", HTTPS="1", ALLOWED_HOSTS="news.example", EDITIONS="zh,en")
    assert told["DEBUG"] is True
    assert told["SESSION_COOKIE_SECURE"] is True
    assert told["ALLOWED_HOSTS"] == ["news.example"]
    assert told["EDITIONS"] == ["zh", "en"]
    assert told["SECRET_KEY"] == "given"


def test_a_host_to_listen_on_is_a_host_to_answer_for() -> None:
    assert "192.0.2.7" in str(settings_with(HOST="192.0.2.7")["ALLOWED_HOSTS"])


def test_the_address_of_the_site_is_a_host_to_answer_for() -> None:
    told = settings_with(SITE_URL="https://news.example/")
    assert told["SITE_URL"] == "https://news.example"
    assert "news.example" in str(told["ALLOWED_HOSTS"])


@pytest.mark.parametrize("wrong", ["news.example", "https://", "https://news.example/wiki", "ftp://news.example"])
def test_what_is_no_address_of_a_site_is_refused(wrong: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        settings_with(SITE_URL=wrong)
    assert "SITE_URL is like https://news.example, without a path" in error.value.stderr


def test_postgresql_brings_its_own_app() -> None:
    assert "django.contrib.postgres" in str(settings_with(DATABASE_URL="postgres://u:p@db/n")["INSTALLED_APPS"])
    assert "django.contrib.postgres" not in str(settings_with()["INSTALLED_APPS"])


@pytest.mark.django_db
def test_sqlite_is_a_file_with_write_ahead_log_and_foreign_keys() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        answers = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    assert answers == ["wal", 1, 1]


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    headers = client.get("/admin/login/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/admin/login/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("PORT", "abc", "PORT is a number from 1 to 65535; it is “abc”."),
        ("PORT", "70000", "PORT is a number from 1 to 65535; it is “70000”."),
        ("HTTPS", "ja", "HTTPS is 1 or 0; it is “ja”."),
        ("TIME_ZONE", "Mars", "TIME_ZONE is a place like Europe/Berlin; it is “Mars”."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is DEBUG, INFO, WARNING, ERROR or CRITICAL; it is “loud”."),
        ("EDITIONS", "", "EDITIONS is a list of languages like en,zh; it is “”."),
        ("SITE_URL", "news.example", "SITE_URL is like https://news.example, without a path; it is “news.example”."),
        ("DATABASE_URL", "mysql://u:secret@host/n", "postgres://user:password@host/name; it begins with “mysql://”."),
        ("DATABASE_URL", "sqlite://wiki.sqlite3", "it begins with “sqlite://”."),
        ("DATABASE_URL", "/srv/wiki.sqlite3", "it begins with “/”."),
        ("DATABASE_URL", "postgres://u:sec/ret@host/n", "are signs like / # ? % in the password written as %2F"),
    ],
)
def test_a_wrong_value_is_one_line_that_says_what_is_right(name: str, wrong: str, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "given", name: wrong},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error in the settings: {name} ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1 and "secret" not in ended.stderr


@pytest.mark.parametrize(("word", "is_on"), [("1", True), ("true", True), ("Yes", True), ("0", False), ("off", False)])
def test_switches_are_on_or_off(word: str, is_on: bool) -> None:
    assert settings_with(DEBUG=word)["DEBUG"] is is_on
