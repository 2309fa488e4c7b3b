"""Who may do what to an event, beyond Django's view, add and change; every view and form of the desk asks here.

A Contributor adds events, changes what is not public yet and proposes changes of the rest; an Editor (`publish_event`)
decides what readers see; a Chief also merges names (`merge_tag`, `sources.merge_publisher`), erases (`erase_event`) and
manages people.
"""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

from events.choices import Status
from events.models import Event

OPEN_TO_ALL = frozenset({Status.DRAFT, Status.REVIEW})
Person = AbstractBaseUser | AnonymousUser


def may_publish(person: Person) -> bool:
    """Whether the person decides what readers see: publishes, schedules, withdraws, accepts."""
    return isinstance(person, User) and person.has_perm("events.publish_event")


def may_write(person: Person, event: Event) -> bool:
    """Whether the person's save makes the event say something else at once."""
    is_editor = isinstance(person, User) and person.has_perm("events.change_event")
    return is_editor and (may_publish(person) or event.status in OPEN_TO_ALL)


def may_propose(person: Person, event: Event) -> bool:
    """Whether what the person saves waits for somebody who may publish."""
    return isinstance(person, User) and person.has_perm("events.change_event") and not may_write(person, event)
