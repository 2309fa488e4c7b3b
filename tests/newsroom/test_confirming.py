"""What cannot be taken back asks for the password again."""

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse

from events.models import Tag
from newsroom.confirming import GUARDED, LASTS
from tests.events.making import make_tag

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
ADD = "/admin/auth/user/add/"
NEW = {"username": "new", "usable_password": "true", "password1": "some other words", "password2": "some other words"}


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief", password=PASSWORD))
    return client


def test_every_guarded_address_is_one_of_the_admin() -> None:
    names = {name for name in get_resolver().namespace_dict["admin"][1].reverse_dict if isinstance(name, str)}
    assert names >= GUARDED


def test_a_page_opens_after_the_password_and_stays_open_for_a_while(chief: Client) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        asked = chief.get(ADD)
        assert "Confirm that it is you" in asked.content.decode()
        opened = chief.post(ADD, {"_password": PASSWORD, "_opened": "1"})
        assert (opened.status_code, opened["Location"]) == (302, ADD)
        assert "Confirm that it is you" not in chief.get(ADD).content.decode()
        clock.shift(LASTS + 1)
        assert "Confirm that it is you" in chief.get(ADD).content.decode()


def test_what_was_typed_is_kept_and_done_after_the_password(chief: Client) -> None:
    asked = chief.post(ADD, NEW)
    assert not User.objects.filter(username="new").exists()
    html = asked.content.decode()
    for name, value in NEW.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    chief.post(ADD, NEW | {"_password": PASSWORD})
    assert User.objects.filter(username="new").exists()


def test_a_wrong_password_does_nothing_and_counts_as_a_failed_login(chief: Client) -> None:
    for _ in range(4):
        answer = chief.post(ADD, NEW | {"_password": "a guess"})
        assert "This is not your password" in answer.content.decode()
    assert chief.post(ADD, NEW | {"_password": "a guess"}).status_code == 429
    assert chief.post(ADD, NEW | {"_password": PASSWORD}).status_code == 429
    assert not User.objects.filter(username="new").exists()


def test_the_password_of_somebody_else_does_not_confirm(chief: Client) -> None:
    User.objects.create_superuser("other", password="other words for this")
    chief.post(ADD, NEW | {"_password": "other words for this"})
    assert not User.objects.filter(username="new").exists()


def test_two_tags_are_merged_only_after_the_password(chief: Client) -> None:
    gone, kept = make_tag("Rainfall"), make_tag("Rain")
    merge = reverse("admin:events_tag_merge", args=[gone.pk])
    chief.post(merge, {"into": kept.pk})
    assert Tag.objects.filter(pk=gone.pk).exists()
    chief.post(merge, {"into": kept.pk, "_password": PASSWORD})
    assert not Tag.objects.filter(pk=gone.pk).exists()


def test_a_wrong_password_is_noted_without_it_and_without_what_was_posted(chief: Client) -> None:
    chief.post(ADD, NEW | {"_password": "nearly right"})

    noted = AccessAttempt.objects.get()
    assert noted.username == "chief"
    assert "nearly" not in str(vars(noted))
    assert "some other words" not in str(vars(noted))
