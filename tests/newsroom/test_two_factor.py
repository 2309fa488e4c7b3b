"""A second proof at the login: a code that only the person's app can show, or one of those that they keep."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.events.desk import PASSWORD, confirm

pytestmark = pytest.mark.django_db
PAGE, LOGIN, INDEX = "/admin/second-proof/", "/admin/login/", "/admin/"


@pytest.fixture
def ed(client: Client) -> Client:
    client.force_login(User.objects.create_user("ed", password=PASSWORD, is_staff=True))
    confirm(client)
    return client


def code(moments_ahead: int = 0) -> str:
    """What the app shows, now or later."""
    return f"{totp(TOTPDevice.objects.get().bin_key, drift=moments_ahead):06}"


def set_up(client: Client) -> list[str]:
    client.get(PAGE)
    return list(client.post(PAGE, {"code": code()}).context["codes"])


def log_in(typed: str = "", password: str = PASSWORD) -> tuple[Client, str]:
    client = Client()
    answer = client.post(LOGIN, {"username": "ed", "password": password, "otp_token": typed})
    return client, answer.content.decode()


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def test_without_one_the_password_alone_lets_in(ed: Client) -> None:
    ed.get(PAGE)  # looking at the page sets nothing up
    assert is_in(log_in()[0])


def test_it_is_set_up_only_with_a_code_that_the_app_shows(ed: Client) -> None:
    ed.get(PAGE)
    wrong = f"{(int(code()) + 1) % 10**6:06}"
    assert "This code is not right" in ed.post(PAGE, {"code": wrong}).content.decode()
    assert is_in(log_in()[0])


def test_from_then_on_the_password_alone_does_not_let_in(ed: Client) -> None:
    set_up(ed)
    client, html = log_in()
    assert not is_in(client)
    assert "Type the code of your app, too." in html
    assert not is_in(log_in("000000")[0])


def test_the_next_code_lets_in_and_only_once(ed: Client) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        set_up(ed)
        clock.shift(60)
        used = code()
        assert is_in(log_in(used)[0])
        assert not is_in(log_in(used)[0])


def test_a_code_does_not_help_without_the_password(ed: Client) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        set_up(ed)
        clock.shift(60)
        assert not is_in(log_in(code(), password="a guess")[0])


def test_a_kept_code_lets_in_once(ed: Client) -> None:
    kept = set_up(ed)
    assert len(set(kept)) == 10
    assert is_in(log_in(kept[3])[0])
    assert not is_in(log_in(kept[3])[0])


def test_wrong_codes_make_one_wait(ed: Client) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        set_up(ed)
        clock.shift(60)
        for _ in range(3):
            log_in("000000")
        assert not is_in(log_in(code())[0])
        clock.shift(60)
        assert is_in(log_in(code())[0])


def test_the_key_is_shown_to_nobody_once_it_is_set_up(ed: Client) -> None:
    secret = ed.get(PAGE).context["secret"]
    set_up(ed)
    assert secret not in ed.get(PAGE).content.decode()


def test_it_is_given_up_after_the_password(ed: Client) -> None:
    set_up(ed)
    session = ed.session
    del session["confirmed_at"]
    session.save()
    ed.post(PAGE, {"off": "1"})
    assert not is_in(log_in()[0])
    ed.post(PAGE, {"off": "1", "_password": PASSWORD})
    assert is_in(log_in()[0])


def test_who_has_lost_everything_is_let_in_by_the_operator(ed: Client) -> None:
    set_up(ed)
    call_command("forget_second_proof", "ed")
    assert is_in(log_in()[0])
    with pytest.raises(CommandError, match="no account “nobody”"):
        call_command("forget_second_proof", "nobody")


def test_only_who_is_logged_in_has_the_page(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith(reverse("admin:login"))
