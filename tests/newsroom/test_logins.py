"""Who is let into the admin, and who is put out of it."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from newsroom.logins import client_address

pytestmark = pytest.mark.django_db
LOGIN, INDEX = "/admin/login/", "/admin/"
RIGHT, WRONG = "a long enough password", "a guess"


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("ed", password=RIGHT, is_staff=True)


def log_in(client: Client, password: str, name: str = "ed", address: str = "192.0.2.1") -> HttpResponse:
    data = {"username": name, "password": password}
    return client.post(LOGIN, data, REMOTE_ADDR=address)  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_quarter_of_an_hour(editor: User) -> None:
    client = Client()
    with time_machine.travel(dt.datetime(2031, 5, 4, 9, tzinfo=dt.UTC), tick=False) as clock:
        answers = [log_in(client, WRONG).status_code for _ in range(5)]
        assert answers == [200, 200, 200, 200, 429]
        locked = log_in(client, RIGHT)
        assert locked.status_code == 429
        assert locked["Retry-After"] == "900"
        assert "Wait 15 minutes" in locked.content.decode()
        assert not is_in(client)
        clock.shift(dt.timedelta(minutes=16))
        log_in(client, RIGHT)
        assert is_in(client)


def test_who_guesses_elsewhere_does_not_lock_the_editor_out(editor: User) -> None:
    for _ in range(6):
        log_in(Client(), WRONG, address="198.51.100.7")
    client = Client()
    log_in(client, RIGHT)
    assert is_in(client)


def test_names_that_nobody_has_are_throttled_alike_so_that_they_do_not_show() -> None:
    answers = [log_in(Client(), WRONG, name="nobody").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_noted(settings: Settings) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.1")
    settings.HTTPS = False
    assert client_address(request) == "127.0.0.1"
    settings.HTTPS = True
    assert client_address(request) == "192.0.2.1"


def test_a_changed_password_ends_the_sessions_elsewhere(editor: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        log_in(client, RIGHT)
        assert is_in(client)
    new = {"old_password": RIGHT, "new_password1": "another long one", "new_password2": "another long one"}
    assert here.post(reverse("admin:password_change"), new).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


def test_an_account_that_is_closed_is_out_at_once(editor: User) -> None:
    client = Client()
    log_in(client, RIGHT)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert not is_in(client)


def test_who_is_refused_is_told_where_to_go(editor: User) -> None:
    client = Client()
    client.force_login(editor)
    answer = client.get(reverse("admin:events_event_changelist"))
    assert answer.status_code == 403
    assert "Your account may not do this" in answer.content.decode()


def test_what_is_sent_from_a_page_of_a_former_login_says_that_nothing_was_saved(editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    answer = client.post(reverse("admin:events_event_add"), {"headline": "Typed."})
    assert answer.status_code == 403
    assert "nothing of it was saved" in answer.content.decode()
