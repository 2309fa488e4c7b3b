"""Who may open and post to which address, role by role and state by state. An address that is not listed fails.

The roles grow, each may what the one before may; so the table names the first one that may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from events import services
from events.choices import Status
from events.models import BulkChange, Event, Proposal
from events.permissions import OPEN_TO_ALL
from tests.events.desk import confirm
from tests.events.making import cite, make_editorial, make_event, make_publisher, make_tag
from tests.newsroom.addresses import address_of, addresses, rows_behind

pytestmark = pytest.mark.django_db

ANYONE, DESK, CONTRIBUTOR, EDITOR, CHIEF, SUPERUSER, NOBODY = range(7)
ROLES = {"a reader": ANYONE, "somebody without a group": DESK, "Contributor": CONTRIBUTOR, "Editor": EDITOR}
ROLES |= {"Chief": CHIEF, "a superuser": SUPERUSER}
NOT_ALLOWED = None  # the method, for everybody
BY_STATE = -1  # contributors as long as the event is open to all, then editors

# Who may open the page, who may post to it.
Row = tuple[int | None, int | None]
TABLE: dict[str, Row] = {
    # The site.
    "events:front": (ANYONE, ANYONE),
    "events:archive": (ANYONE, ANYONE),
    "events:year": (ANYONE, ANYONE),
    "events:month": (ANYONE, ANYONE),
    "events:day": (ANYONE, ANYONE),
    "events:day_document": (ANYONE, ANYONE),
    "events:event": (ANYONE, ANYONE),
    "events:event_document": (ANYONE, ANYONE),
    "events:history": (ANYONE, ANYONE),
    "events:state": (ANYONE, ANYONE),
    "events:topics": (ANYONE, ANYONE),
    "events:all_topics": (ANYONE, ANYONE),
    "events:opinion": (ANYONE, ANYONE),
    "events:opinion_feed": (ANYONE, ANYONE),
    "events:old_opinion_feed": (ANYONE, ANYONE),
    "events:editorial": (ANYONE, ANYONE),
    "events:editorial_document": (ANYONE, ANYONE),
    "events:editorial_history": (ANYONE, ANYONE),
    "events:editorial_state": (ANYONE, ANYONE),
    "events:tag": (ANYONE, ANYONE),
    "events:robots": (ANYONE, ANYONE),
    "events:sitemap": (ANYONE, ANYONE),
    "events:sitemap_of_pages": (ANYONE, ANYONE),
    "events:sitemap_of_opinion": (ANYONE, ANYONE),
    "events:sitemap_of_month": (ANYONE, ANYONE),
    "events:sitemap_of_tags": (ANYONE, ANYONE),
    "events:choose_since": (ANYONE, ANYONE),
    "events:since": (ANYONE, ANYONE),
    "events:tag_since": (ANYONE, ANYONE),
    "events:follow": (ANYONE, ANYONE),
    "events:tag_feed": (ANYONE, ANYONE),
    "events:category_feed": (ANYONE, ANYONE),
    "events:feed": (ANYONE, ANYONE),
    "events:publisher": (ANYONE, ANYONE),
    "events:source": (ANYONE, ANYONE),
    "events:search": (ANYONE, ANYONE),
    "events:tag_names": (ANYONE, ANYONE),
    "events:preview": (ANYONE, ANYONE),  # whoever has a link that was signed
    # The desk.
    "admin:index": (DESK, DESK),
    "admin:login": (ANYONE, ANYONE),
    "admin:logout": (NOT_ALLOWED, ANYONE),
    "admin:password_change": (DESK, DESK),
    "admin:password_change_done": (DESK, NOT_ALLOWED),
    "admin:two_factor": (DESK, DESK),
    "admin:autocomplete": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:jsi18n": (DESK, NOT_ALLOWED),
    "admin:app_list": (DESK, DESK),
    # Events.
    "admin:events_event_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_event_add": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_event_change": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_event_delete": (NOBODY, NOBODY),
    "admin:events_event_history": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_event_names": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:markdownx_markdownify": (NOT_ALLOWED, CONTRIBUTOR),
    "admin:markdownx_upload": (NOT_ALLOWED, CONTRIBUTOR),
    "admin:events_event_compare": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_state": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_restore": (NOT_ALLOWED, BY_STATE),
    "admin:events_event_unfiled": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_cite": (NOT_ALLOWED, EDITOR),
    "admin:events_event_conflicts": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_decide": (NOT_ALLOWED, EDITOR),
    "admin:events_event_look_alikes": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_one_or_two": (NOT_ALLOWED, EDITOR),
    "admin:events_event_sources": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_fetch": (NOT_ALLOWED, CONTRIBUTOR),
    "admin:events_event_nearby": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_related": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_csv": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_filters": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_save_filter": (NOT_ALLOWED, CONTRIBUTOR),
    "admin:events_event_change_filter": (NOT_ALLOWED, CONTRIBUTOR),
    "admin:events_event_bulk": (NOT_ALLOWED, EDITOR),
    "admin:events_event_bulk_changes": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_bulk_undo": (NOT_ALLOWED, EDITOR),
    "admin:events_event_review": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_claim": (NOT_ALLOWED, EDITOR),
    "admin:events_event_proposal": (EDITOR, NOT_ALLOWED),  # another's
    "admin:events_event_decide_proposal": (NOT_ALLOWED, EDITOR),
    "admin:events_event_proposal_form": (NOT_ALLOWED, EDITOR),
    "admin:events_event_erasure": (CHIEF, CHIEF),
    "admin:events_event_erase": (NOT_ALLOWED, CHIEF),
    "admin:events_event_open_form": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_event_discard": (NOT_ALLOWED, DESK),
    "admin:events_event_preview": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_event_proposal_preview": (EDITOR, NOT_ALLOWED),  # another's
    # Editorials.
    "admin:events_editorial_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_editorial_add": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_editorial_change": (CONTRIBUTOR, BY_STATE),
    "admin:events_editorial_delete": (NOBODY, NOBODY),
    "admin:events_editorial_history": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_editorial_compare": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_editorial_state": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:events_editorial_restore": (NOT_ALLOWED, BY_STATE),
    "admin:events_editorial_erasure": (CHIEF, CHIEF),
    "admin:events_editorial_erase": (NOT_ALLOWED, CHIEF),
    "admin:events_editorial_open_form": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_editorial_discard": (NOT_ALLOWED, DESK),
    "admin:events_editorial_preview": (CONTRIBUTOR, NOT_ALLOWED),
    # Tags, categories.
    "admin:events_tag_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_tag_add": (SUPERUSER, SUPERUSER),
    "admin:events_tag_change": (CONTRIBUTOR, EDITOR),
    "admin:events_tag_delete": (NOBODY, NOBODY),  # one that events bear
    "admin:events_tag_history": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_tag_choose": (CHIEF, NOT_ALLOWED),
    "admin:events_tag_merge": (NOT_ALLOWED, CHIEF),
    "admin:events_tag_undo": (NOT_ALLOWED, CHIEF),
    "admin:events_category_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:events_category_add": (SUPERUSER, SUPERUSER),
    "admin:events_category_change": (CONTRIBUTOR, SUPERUSER),
    "admin:events_category_delete": (SUPERUSER, SUPERUSER),
    "admin:events_category_history": (CONTRIBUTOR, CONTRIBUTOR),
    # Sources, publishers.
    "admin:sources_source_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:sources_source_add": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:sources_source_change": (CONTRIBUTOR, EDITOR),
    "admin:sources_source_delete": (SUPERUSER, SUPERUSER),
    "admin:sources_source_history": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:sources_publisher_changelist": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:sources_publisher_add": (EDITOR, EDITOR),
    "admin:sources_publisher_change": (CONTRIBUTOR, EDITOR),
    "admin:sources_publisher_delete": (SUPERUSER, SUPERUSER),
    "admin:sources_publisher_history": (CONTRIBUTOR, CONTRIBUTOR),
    "admin:sources_publisher_choose": (CHIEF, NOT_ALLOWED),
    "admin:sources_publisher_merge": (NOT_ALLOWED, CHIEF),
    "admin:sources_publisher_undo": (NOT_ALLOWED, CHIEF),
    "admin:sources_publisher_labels": (CONTRIBUTOR, NOT_ALLOWED),
    "admin:sources_publisher_adopt": (NOT_ALLOWED, EDITOR),
    # People.
    "admin:auth_user_changelist": (CHIEF, CHIEF),
    "admin:auth_user_add": (CHIEF, CHIEF),
    "admin:auth_user_change": (CHIEF, CHIEF),
    "admin:auth_user_delete": (SUPERUSER, SUPERUSER),
    "admin:auth_user_history": (CHIEF, CHIEF),
    "admin:auth_user_password_change": (CHIEF, CHIEF),
    "admin:auth_group_changelist": (CHIEF, CHIEF),
    "admin:auth_group_add": (CHIEF, CHIEF),
    "admin:auth_group_change": (CHIEF, CHIEF),
    "admin:auth_group_delete": (CHIEF, CHIEF),
    "admin:auth_group_history": (CHIEF, CHIEF),
}
# What is posted where an empty form says nothing of who may; of each method the rest is empty.
POSTED = {
    "admin:events_event_restore": {"number": "1", "version": "1"},
    "admin:events_editorial_restore": {"number": "1", "version": "1"},
    "admin:events_event_bulk": {"kind": "publish"},
    "admin:sources_publisher_adopt": {"name": "Kurier", "choice": "new"},
}
# Addresses without a name, or that only lead elsewhere.
LEFT_OUT = {
    "admin:None": "an old form of an address that leads to the page itself; and what is no page of the admin",
    "admin:view_on_site": "Django's redirect to the public page, which decides itself",
    "None": "pictures that the operator laid out for everybody",
}


def test_every_address_is_in_the_table_and_nothing_else() -> None:
    assert {name for name, _ in addresses()} == TABLE.keys() | LEFT_OUT.keys()


# --- The walk -----------------------------------------------------------------------------------------------------


def client_of(role: str) -> Client:
    """A browser in which somebody of the role is logged in, if the role has an account."""
    client = Client()
    if role != "a reader":
        person = User.objects.create_user(role, is_staff=True, is_superuser=role == "a superuser")
        person.groups.set(Group.objects.filter(name=role))
        client.force_login(person)
        confirm(client)
    return client


def an_event(status: Status) -> Event:
    fields: dict[str, Any] = {"publish_at": timezone.now()} if status is Status.SCHEDULED else {}
    event = make_event("A dam is opened.", tags=["River"], status=status, **fields)
    cite(event, "The Courier", "The Courier", title="Water", url="https://courier.example/1")
    somebody = User.objects.get(username="somebody else")
    with services.editing(event, event.version, editor=somebody, comment=""):
        pass
    services.merge_tags(make_tag("Stream"), event.tags.get(), editor=somebody)
    services.merge_publishers(make_publisher("Echo"), make_publisher("The Courier"), editor=somebody)
    make_editorial("Let the river be", slug=event.slug, date=event.date, status=status, **fields)
    Proposal.objects.create(event=event, revision=event.revisions.get(), author=somebody, base=1)
    BulkChange.objects.create(editor=somebody, description="Published them", changes=[[event.pk, 1, 1]])
    return event


def is_refused(response: HttpResponse) -> bool:
    return response.status_code == 403 or "/login/" in response.get("Location", "")


@contextmanager
def noting_writes() -> Iterator[list[str]]:
    """Whatever is said to the database inside but questions."""
    written = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", list(Status))
def test_each_role_may_what_the_table_says_and_who_is_refused_writes_nothing(role: str, status: Status) -> None:
    User.objects.create_user("somebody else")
    rows = rows_behind(an_event(status))
    client = client_of(role)
    faults = []
    for name, pattern in addresses():
        if name in LEFT_OUT or name in ("admin:logout", "admin:login"):
            continue
        if status is not Status.PUBLISHED and "event" not in name:
            continue  # an address that knows of no event
        for method, first in zip(("get", "post"), TABLE[name], strict=True):
            address = address_of(name, pattern, rows)
            if first == BY_STATE:
                first = CONTRIBUTOR if status in OPEN_TO_ALL else EDITOR
            may = first is not NOT_ALLOWED and first <= ROLES[role]
            with noting_writes() as written:
                response = getattr(client, method)(address, POSTED.get(name, {}) if method == "post" else {})
            is_as_said = {
                True: not is_refused(response) and response.status_code != 405,
                False: (is_refused(response) or (response.status_code == 405 and first is NOT_ALLOWED)) and not written,
            }[may]
            if not is_as_said:
                faults.append(f"{method.upper()} {name} {address}: {response.status_code} {' '.join(written)}")
    assert not faults, "\n".join(faults)


def test_who_may_not_open_an_address_does_not_learn_what_is_behind_it() -> None:
    """Of what is not there they hear the same as of what is: that they may not."""
    User.objects.create_user("somebody else")
    rows = rows_behind(an_event(Status.PUBLISHED))
    client = client_of("somebody without a group")
    told = []
    for name, pattern in addresses():
        parts = (pattern.pattern.converters or pattern.pattern.regex.groupindex).keys() & {"pk", "object_id", "id"}
        if name in LEFT_OUT or not parts or (name.endswith("_history") and "_event_" not in name):
            continue  # Django's own history sends everybody to the desk
        address = address_of(name, pattern, rows)
        missing = reverse(name, kwargs={**resolve(address.partition("?")[0]).kwargs, **dict.fromkeys(parts, 999_999)})
        for method, first in zip(("get", "post"), TABLE[name], strict=True):
            response = getattr(client, method)(missing)
            if first is not NOT_ALLOWED and not is_refused(response):
                told.append(f"{method.upper()} {name} {missing}: {response.status_code}")
    assert not told, "\n".join(told)
