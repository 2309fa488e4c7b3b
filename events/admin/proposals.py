"""What somebody proposes for a public event: the page that shows it, and the buttons that decide it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from events import exporter, importer, permissions, revisions, services
from events.admin import merges, posted
from events.admin.pages import DeskPages
from events.forms import posted_number
from events.models import Event, Proposal
from sources.documents import DocumentError

ACCEPT, REJECT = "accept", "reject"
IN_HAND = "in_hand"  # in the form of an event: the proposal that its editor works on


class ProposalViews(DeskPages):
    """A proposal beside what the event says: accepted, rejected, or taken into the form to be worked on."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("proposals/<int:pk>/", wrap(require_GET(self.proposal_view)), name="events_event_proposal"),
            path(
                "proposals/<int:pk>/decide/",
                wrap(require_POST(self.decide_proposal_view)),
                name="events_event_decide_proposal",
            ),
            path(
                "proposals/<int:pk>/form/",
                wrap(require_POST(self.proposal_form_view)),
                name="events_event_proposal_form",
            ),
            *super().get_urls(),
        ]

    def proposal_view(self, request: HttpRequest, pk: int, reply: str = "") -> HttpResponse:
        """What is proposed, what was saved meanwhile, and where the two overlap."""
        proposal = self._visible(request, pk)
        event = Event.objects.with_everything().get(pk=proposal.event_id)
        base, proposed = services.base_of(proposal), revisions.read(proposal.revision)
        newest = event.revisions.newest()
        _, overlaps = services.merge_onto(event, base, proposed)
        may_publish = permissions.may_publish(request.user)
        if may_publish and not proposal.decided_at:
            services.keep_claim(event, permissions.at_work(request))
        return self.show(
            request,
            "events/event/proposal",
            "Proposed change",
            event=event,
            proposal=proposal,
            fields=revisions.compare(base, proposed),
            meanwhile=revisions.compare(base, exporter.event_document(event))
            if newest and newest.number != proposal.base and not proposal.decided_at
            else [],
            overlaps=sorted({overlap.field for overlap in overlaps}) if not proposal.decided_at else [],
            claim=services.holding(event),
            may_decide=may_publish and not proposal.decided_at,
            may_go_on=not may_publish and not proposal.decided_at and self.has_change_permission(request, event),
            reply=reply,
        )

    def decide_proposal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = self._visible(request, pk)
        choice, reply = request.POST.get("choice"), request.POST.get("reply", "")
        editor = permissions.at_work(request, permissions.may_publish)
        try:
            if choice == ACCEPT:
                version = posted_number(request.POST.get("version"), -1)
                services.accept(proposal, version, editor=editor, reply=reply)
                self.message_user(request, f"Accepted: readers see what {proposal.author} proposed.")
            elif choice == REJECT:
                services.reject(proposal, editor=editor, reply=reply)
                self.message_user(request, f"Rejected: {proposal.author} sees why.")
        except services.Decided:
            self.message_user(request, "This was decided meanwhile.", messages.WARNING)
        except (services.StaleVersion, services.Overlapping):
            text = "Nothing was decided: the event was saved meanwhile. Look again."
            self.message_user(request, text, messages.ERROR)
        except DocumentError as error:
            self.message_user(request, f"Nothing was decided: {error}", messages.ERROR)
            return self.proposal_view(request, pk, reply)
        else:
            return redirect("admin:events_event_review")
        return redirect("admin:events_event_proposal", pk)

    def proposal_form_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The event's form with the proposal on top of what is saved, for an editor or to go on with one's own."""
        proposal = self._visible(request, pk)
        if proposal.decided_at or not self.has_change_permission(request, proposal.event):
            raise PermissionDenied
        try:
            merge = merges.merge(as_posted(proposal), proposal.event)
        except DocumentError as error:
            self.message_user(request, f"The form cannot be filled: {error}", messages.ERROR)
            return redirect("admin:events_event_proposal", pk)
        _ = request.POST  # what was posted has to be read before other data can stand for it
        if permissions.may_publish(request.user):
            merge.data[IN_HAND] = str(proposal.pk)
        address = reverse("admin:events_event_change", args=[proposal.event_id])
        response: HttpResponse = self.show_merged(request, merge, address, status=200)  # type: ignore[attr-defined]
        return response

    def _visible(self, request: HttpRequest, pk: int) -> Proposal:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        related = ("event", "author", "revision", "decided_by")
        proposal = get_object_or_404(Proposal.objects.select_related(*related), pk=pk)
        if not permissions.may_see_proposal(request.user, proposal):
            raise PermissionDenied
        return proposal


@contextmanager
def writing(request: HttpRequest, event: Event, version: int, comment: str) -> Iterator[None]:
    """The transaction in which the form writes its rows: a save, or what somebody only proposes.

    A save with a proposal in hand accepts it, and says whose it is.
    """
    editor = permissions.at_work(request)
    if not permissions.may_write(editor, event):
        with services.proposing(event, version, author=editor, comment=comment):
            yield
        return
    undecided = Proposal.objects.filter(event=event, decided_at=None).select_related("author", "event")
    proposal = undecided.filter(pk=posted_number(request.POST.get(IN_HAND))).first()
    if proposal and permissions.may_publish(editor):
        comment = ": ".join(filter(None, (f"With what {proposal.author} proposed", comment)))
    with transaction.atomic():
        with services.editing(event, version, editor=editor, comment=comment):
            yield
        if proposal and permissions.may_publish(editor):
            services.settle(proposal, editor=editor)


def as_posted(proposal: Proposal) -> Any:
    """What the form of the event would have posted for the proposal, from the state that its author began with."""
    with transaction.atomic():
        document = revisions.read(proposal.revision)
        try:
            event = importer.write_event(importer.lock(proposal.event), document)
            data = posted.of_event(event)
        finally:
            transaction.set_rollback(True)
    data["version"] = str(proposal.base)
    data["comment"] = proposal.revision.comment
    return data
