"""Who may do what, beyond Django's view, add and change; every view and form of the desk asks here.

A Contributor adds events, changes what is not public yet and proposes changes of the rest; an Editor (`publish_event`)
decides what readers see; a Chief also merges names (`merge_tag`, `sources.merge_publisher`), erases (`erase_event`) and
manages people. Of editorials the same holds (`publish_editorial`, `erase_editorial`), but nothing is proposed.
"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from events.choices import Move, Status
from events.models import Event, Proposal, Subject

OPEN_TO_ALL = frozenset({Status.DRAFT, Status.REVIEW})
Person = User | AnonymousUser
# What is done in each state, the harmless first, by those who may publish; and by those who may not.
_EDITORS = {
    Status.DRAFT: (Move.SAVE, Move.SUBMIT, Move.PUBLISH, Move.SCHEDULE),
    Status.REVIEW: (Move.SAVE, Move.PUBLISH, Move.SCHEDULE, Move.SEND_BACK),
    Status.SCHEDULED: (Move.SAVE, Move.PUBLISH, Move.SCHEDULE, Move.UNSCHEDULE),
    Status.PUBLISHED: (Move.SAVE, Move.WITHDRAW),
    Status.WITHDRAWN: (Move.SAVE, Move.PUBLISH, Move.WITHDRAW),
}
_CONTRIBUTORS = {
    Status.DRAFT: (Move.SAVE, Move.SUBMIT),
    Status.REVIEW: (Move.SAVE,),
    Status.SCHEDULED: (Move.PROPOSE,),
    Status.PUBLISHED: (Move.PROPOSE,),
    Status.WITHDRAWN: (Move.PROPOSE,),
}


def at_work(request: HttpRequest, may: Callable[[Person], bool] | None = None) -> User:
    """Who is at work at the desk, if they may what `may` asks. Raises PermissionDenied otherwise."""
    person = request.user
    if not isinstance(person, User) or (may and not may(person)):
        raise PermissionDenied
    return person


def may_publish(person: Person, model: type[Subject] = Event) -> bool:
    """Whether the person decides what readers see: publishes, schedules, withdraws, accepts."""
    return person.has_perm(f"events.publish_{model._meta.model_name}")


def may_see_unpublished(person: Person) -> bool:
    """Whether the person sees on public pages what is not public yet."""
    return isinstance(person, User) and person.is_staff and person.has_perm("events.view_event")


def may_merge_tags(person: Person) -> bool:
    """Whether the person makes one tag of two, and two of one again."""
    return person.has_perms(["events.change_tag", "events.merge_tag"])


def may_merge_publishers(person: Person) -> bool:
    """Whether the person makes one publisher of two, and two of one again."""
    return person.has_perms(["sources.change_publisher", "sources.merge_publisher"])


def may_write(person: Person, subject: Subject) -> bool:
    """Whether the person's save makes it say something else at once."""
    is_editor = person.has_perm(f"events.change_{subject._meta.model_name}")
    return is_editor and (may_publish(person, type(subject)) or subject.status in OPEN_TO_ALL)


def moves(person: Person, subject: Subject) -> tuple[Move, ...]:
    """What the person may do to the state by a save of it, or of a new one; nothing without a right to save."""
    name = subject._meta.model_name
    if not person.has_perm(f"events.change_{name}" if subject.pk else f"events.add_{name}"):
        return ()
    allowed = (_EDITORS if may_publish(person, type(subject)) else _CONTRIBUTORS)[Status(subject.status)]
    return tuple(move for move in allowed if move is not Move.PROPOSE or isinstance(subject, Event))


def may_restore(person: Person, subject: Subject, status: Status) -> bool:
    """Whether the person may bring back a state that it was in with `status`."""
    return may_write(person, subject) and (may_publish(person, type(subject)) or status in OPEN_TO_ALL)


def may_erase(person: Person, model: type[Subject] = Event) -> bool:
    """Whether the person may take a passage out of an event, or an editorial, and its whole past."""
    return person.has_perm(f"events.erase_{model._meta.model_name}")


def may_see_proposal(person: Person, proposal: Proposal) -> bool:
    """Whether the person may look at what another, or they themselves, proposed."""
    return may_publish(person) or person.pk == proposal.author_id
