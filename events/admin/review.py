"""What waits for an editor: events in review and proposed changes, with who looks at each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.formats import time_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from events import permissions, services, waiting
from events.admin.pages import DeskPages, page_of
from events.choices import Move, Status
from events.models import Event, Proposal

PAGE_SIZE = 30


class ReviewViews(DeskPages):
    """The list of what waits for review, and the button by which an editor takes it on."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("review/", wrap(require_GET(self.review_view)), name="events_event_review"),
            path("<int:pk>/claim/", wrap(require_POST(self.claim_view)), name="events_event_claim"),
            *super().get_urls(),
        ]

    def review_view(self, request: HttpRequest) -> HttpResponse:
        """Events and proposals in one list, the one that waits longest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_publish = permissions.may_publish(request.user)
        proposals = waiting.proposals()
        if not may_publish:
            proposals = proposals.filter(author=request.user.pk)
        rows: list[tuple[Any, Event, Proposal | None]] = [
            *((event.recorded_at, event, None) for event in waiting.in_review()),  # type: ignore[attr-defined]
            *((proposal.made_at, proposal.event, proposal) for proposal in proposals),
        ]
        rows.sort(key=lambda row: row[0] or row[1].created_at)
        page = page_of(request, rows, PAGE_SIZE)
        return self.show(request, "events/event/review", "Waiting for review", page=page, may_publish=may_publish)

    def claim_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the review on, or give it back."""
        editor = permissions.at_work(request, permissions.may_publish)
        event = get_object_or_404(Event, pk=pk)
        held = services.holding(event)
        if "release" in request.POST:
            if held and held.editor == editor:
                services.release(event)
        elif (claim := services.claim(event, editor=editor)).editor != editor:
            since = time_format(localtime(claim.claimed_at), "H:i")
            self.message_user(request, f"{claim.editor} has it since {since}.", messages.WARNING)
        back = request.POST.get("next", "")
        is_here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return redirect(back if is_here else "admin:events_event_review")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Above the form of an event that waits: who looks at it, and what is proposed for it."""
        if event := context.get("original"):
            person = permissions.at_work(request)
            if event.status == Status.REVIEW:
                services.keep_claim(event, person)
                context["claim"] = services.holding(event)
                if sent := waiting.since_sent(event).first():
                    context["sent"], context["said"] = sent, services.said(Move.SUBMIT, sent.comment)
            if event.status == Status.DRAFT:
                context["sent_back"] = waiting.sent_back().filter(event=event).first()
            may_publish = context["may_publish"] = permissions.may_publish(person)
            own = {} if may_publish else {"author": person}
            context["proposals"] = event.proposals.filter(decided_at=None, **own).select_related("author", "revision")
        return super().render_change_form(request, context, *args, **kwargs)
