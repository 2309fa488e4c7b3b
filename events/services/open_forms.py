"""Forms that editors have open: who is at what, and what they have typed and not saved."""

import datetime as dt
import uuid

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from events.models import OpenForm, Subject
from events.querysets import OpenFormQuerySet

ALIVE = dt.timedelta(seconds=45)  # without a sign of life a window counts as closed
EMPTY_STAYS = dt.timedelta(days=1)
TYPED_STAYS = dt.timedelta(days=30)


class NotYours(Exception):
    """The token is that of somebody else's form, or of something else."""


def keep_form(
    token: uuid.UUID,
    *,
    editor: User,
    model: type[Subject],
    subject: Subject | None,
    version: int,
    data: str | None = None,
    is_leaving: bool = False,
    is_new: bool = True,
) -> bool:
    """Note a sign of life of a form, and keep `data`, the form as a browser would post it, if something was typed.

    The form is one of `subject`, or without one that of a new row of `model`. Nothing but the row of OpenForm is
    written. Without `is_new` the form is known to have a row: where it is gone,
    the form was saved meanwhile, and nothing is kept. Returns whether there is a row. Raises NotYours.
    """
    now = timezone.now()
    values = {"version": version, "seen_at": now - ALIVE if is_leaving else now}
    if data is not None:
        values |= {"data": data, "typed_at": now}
    if is_new:
        kind = str(model._meta.model_name)
        owner = {"editor": editor, "kind": kind, kind: subject}
        row, is_made = OpenForm.objects.get_or_create(token=token, defaults=owner | values)
        if is_made:
            return True
    else:
        found = OpenForm.objects.filter(token=token).first()
        if found is None:
            return False
        row = found
    if row.editor_id != editor.pk or row.kind != model._meta.model_name or row.subject != subject:
        raise NotYours
    return bool(OpenForm.objects.filter(token=token).update(**values))


def close_form(token: uuid.UUID, *, editor: User) -> None:
    """Forget what was typed into a form, because it is saved now or its editor does not want it."""
    OpenForm.objects.filter(token=token, editor=editor).delete()


def open_forms(subject: Subject) -> QuerySet[OpenForm]:
    """The forms of the event or editorial that are open in some window, with their editors."""
    return subject.open_forms.filter(seen_at__gt=timezone.now() - ALIVE).select_related("editor").order_by("opened_at")


def unsaved_forms(editor: User) -> OpenFormQuerySet:
    """What the editor has typed into forms that are no longer open, and not saved; the newest first."""
    closed = OpenForm.objects.filter(editor=editor, seen_at__lte=timezone.now() - ALIVE)
    return closed.exclude(data="").select_related("event", "editorial").order_by("-typed_at")


def forget_old_forms() -> int:
    """Delete the forms that nobody will come back to; returns how many."""
    now = timezone.now()
    empty, typed = Q(data="", seen_at__lt=now - EMPTY_STAYS), Q(seen_at__lt=now - TYPED_STAYS)
    return OpenForm.objects.filter(empty | typed).delete()[0]
