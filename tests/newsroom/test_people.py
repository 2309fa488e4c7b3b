"""The groups of the desk, and that nobody gives more rights than they have."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.events.desk import confirm, person

pytestmark = pytest.mark.django_db
make_groups = importlib.import_module("newsroom.migrations.0001_groups").make_groups


def a_chief() -> Client:
    """One who has given the password a moment ago."""
    client = person("Chief")
    confirm(client)
    return client


def rights(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_each_group_may_what_the_one_before_may_and_more() -> None:
    assert rights("Contributor") < rights("Editor") < rights("Chief")
    assert not {"publish_event", "change_source", "change_tag", "add_tag"} & rights("Contributor")
    assert {"publish_event", "change_source", "change_publisher"} <= rights("Editor")
    assert {"merge_tag", "merge_publisher", "erase_event", "change_user"} <= rights("Chief") - rights("Editor")


def test_making_the_groups_again_gives_back_what_is_missing_and_takes_nothing() -> None:
    group = Group.objects.get(name="Editor")
    group.permissions.remove(Permission.objects.get(codename="publish_event"))
    group.permissions.add(Permission.objects.get(codename="delete_source"))
    make_groups(apps, None)
    assert {"publish_event", "delete_source"} <= rights("Editor")
    assert Group.objects.count() == 3


def test_a_chief_makes_editors_but_no_superusers() -> None:
    chief, other = a_chief(), User.objects.create_user("new")
    address = reverse("admin:auth_user_change", args=[other.pk])
    data = {"username": "new", "is_staff": "on", "is_active": "on", "is_superuser": "on"}
    data |= {"groups": str(Group.objects.get(name="Editor").pk)}
    assert chief.post(address, data).status_code == 302
    other.refresh_from_db()
    assert (other.is_staff, other.is_superuser, other.has_perm("events.publish_event")) == (True, False, True)
    me = User.objects.get(username="chief")
    mine = reverse("admin:auth_user_change", args=[me.pk])
    chief.post(mine, data | {"username": "chief", "groups": str(Group.objects.get(name="Chief").pk)})
    me.refresh_from_db()
    assert not me.is_superuser


def test_a_chief_does_not_touch_those_who_may_more() -> None:
    chief = a_chief()
    root = User.objects.create_superuser("root", password="a")
    mighty = User.objects.create_user("mighty")
    mighty.user_permissions.add(Permission.objects.get(codename="delete_user"))
    for other in (root, mighty):
        for name in ("auth_user_change", "auth_user_password_change"):
            address = reverse(f"admin:{name}", args=[other.pk])
            data = {"username": "mine", "password1": "x7hj2k1!", "password2": "x7hj2k1!"}
            assert (chief.post(address, data).status_code, name) == (403, name)
    root.refresh_from_db()
    assert (root.username, root.check_password("a")) == ("root", True)


def test_a_chief_gives_no_rights_that_they_lack() -> None:
    chief, other = a_chief(), User.objects.create_user("new")
    lacked = Permission.objects.get(codename="delete_user")
    strong = Group.objects.create(name="Strong")
    strong.permissions.add(lacked)
    address = reverse("admin:auth_user_change", args=[other.pk])
    for data in ({"groups": str(strong.pk)}, {"user_permissions": str(lacked.pk)}):
        response = chief.post(address, {"username": "new", **data})
        assert "not one of the available choices" in response.content.decode()
    group = reverse("admin:auth_group_change", args=[strong.pk])
    assert chief.post(group, {"name": "Strong", "permissions": ""}).status_code == 403
    added = chief.post(reverse("admin:auth_group_add"), {"name": "Mine", "permissions": str(lacked.pk)})
    assert "not one of the available choices" in added.content.decode()
    assert not other.user_permissions.exists() and not other.groups.exists()


@pytest.mark.parametrize("group", ["Contributor", "Editor"])
def test_nobody_else_sees_accounts(group: str) -> None:
    client = person(group)
    confirm(client)
    for name in ("auth_user_changelist", "auth_user_add", "auth_group_changelist"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403


@pytest.mark.parametrize("turn", ["before a flush of the tests", "after it"])
@pytest.mark.django_db(transaction=True)
def test_the_groups_of_the_migrations_are_there(turn: str) -> None:
    assert {"publish_event", "publish_editorial", "erase_editorial"} <= rights("Chief")
