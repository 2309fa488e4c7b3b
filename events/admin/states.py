"""The buttons of a form: what a person may do to the state when saving."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import Truncator

from events import permissions, services
from events.admin.pages import DeskPages
from events.choices import Move, Status
from events.models import Subject

MOVE = "_move"  # the name of the buttons
FIELDS = {Move.SCHEDULE: "publish_at", Move.WITHDRAW: "withdrawn_reason", Move.SEND_BACK: "reply"}
LABELS = {
    Move.SAVE: "Save",
    Move.SUBMIT: "Submit for review",
    Move.SEND_BACK: "Send back",
    Move.PUBLISH: "Publish",
    Move.SCHEDULE: "Publish at",
    Move.UNSCHEDULE: "Do not publish",
    Move.WITHDRAW: "Withdraw",
    Move.PROPOSE: "Propose this change",
}
# In some states a move is called otherwise.
OTHER_LABELS = {
    (Status.DRAFT, Move.SAVE): "Save draft",
    (Status.SCHEDULED, Move.PUBLISH): "Publish now",
    (Status.SCHEDULED, Move.SCHEDULE): "Change the time",
    (Status.WITHDRAWN, Move.PUBLISH): "Publish again",
    (Status.WITHDRAWN, Move.WITHDRAW): "Change the reason",
}
DONE = {
    Move.SAVE: "was changed successfully",
    Move.SUBMIT: "waits for review",
    Move.SEND_BACK: "went back to its author",
    Move.PUBLISH: "is public",
    Move.SCHEDULE: "is scheduled",
    Move.UNSCHEDULE: "is in review again and will not be published by itself",
    Move.WITHDRAW: "is withdrawn",
    Move.PROPOSE: "stays as it is until an editor accepts what you propose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of the form; one with a field opens the field first."""

    move: Move
    label: str
    field: BoundField | None


class StateButtons(DeskPages):
    """The state changes by the button that saves it, in the same revision."""

    def get_form(self, request: HttpRequest, obj: Subject | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.faults = getattr(request, "faults", {})
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        subject = context.get("original") or self.model()
        context["buttons"] = buttons(request, subject, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def show_refused(
        self, request: HttpRequest, object_id: str | None, form_url: str, error: services.NotReady
    ) -> HttpResponse:
        """The form again, as it was posted, with what is missing at the fields."""
        request.faults = error.faults  # type: ignore[attr-defined]
        return self.changeform_view(request, object_id, form_url)

    def save_model(self, request: HttpRequest, obj: Subject, form: Any, change: bool) -> None:
        data = form.cleaned_data
        request.move = move = posted_move(request, obj)  # type: ignore[attr-defined]
        words = {"comment": data["reply"], "publish_at": data["publish_at"], "reason": data["withdrawn_reason"]}
        services.set_state(obj, move, **words)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Subject, post_url_continue: str | None = None) -> HttpResponse:
        return self._respond(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Subject) -> HttpResponse:
        return self._respond(request, obj) or super().response_change(request, obj)

    def _respond(self, request: HttpRequest, subject: Subject) -> HttpResponse | None:
        """Back to the form, with what became of it; nothing in a popup, which closes."""
        if IS_POPUP_VAR in request.POST:
            return None
        said = DONE[request.move]  # type: ignore[attr-defined]
        headline = Truncator(str(subject)).chars(100)
        message = format_html("“{}” {}.", headline, said)
        if subject.is_public:
            message += format_html(' <a href="{}">See its page</a>', subject.get_absolute_url())
        self.message_user(request, message)
        return redirect(self.address("change", subject.pk))


def posted_move(request: HttpRequest, subject: Subject) -> Move:
    """What the pressed button does. Raises PermissionDenied for what the person may not do.

    A save of an event that became public since the form was opened is a proposal.
    """
    allowed = permissions.moves(request.user, subject)
    posted = request.POST.get(MOVE, Move.SAVE)
    if posted == Move.SAVE and Move.PROPOSE in allowed:
        return Move.PROPOSE
    if posted not in allowed:
        raise PermissionDenied
    return Move(posted)


def comment(request: HttpRequest) -> str:
    """What goes into the history: what was done to the event's state, and what the person said."""
    posted = request.POST.get(MOVE, "")
    move = Move(posted) if posted in list(Move) else Move.SAVE
    said = (request.POST.get("reply", "") if move is Move.SEND_BACK else "", request.POST.get("comment", ""))
    return services.describe(move, " · ".join(filter(None, map(str.strip, said))))


def buttons(request: HttpRequest, subject: Subject, form: Any) -> list[Button]:
    """What the person may do, the harmless first."""
    return [
        Button(
            move=move,
            label=OTHER_LABELS.get((Status(subject.status), move), LABELS[move]),
            field=form[FIELDS[move]] if move in FIELDS else None,
        )
        for move in permissions.moves(request.user, subject)
    ]
