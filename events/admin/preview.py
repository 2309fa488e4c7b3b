"""An event or a proposal as readers will see it, for the people of the desk."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from events import permissions, previews
from events.models import Event, Proposal, Revision


class PreviewViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Previews, each with a link to hand on."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", wrap(require_GET(self.page_view)), name="events_event_preview"),
            path(
                "proposals/<int:pk>/preview/",
                wrap(require_GET(self.proposed_page_view)),
                name="events_event_proposal_preview",
            ),
            *super().get_urls(),
        ]

    def page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The event as it is saved."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        event = get_object_or_404(Event, pk=pk)
        revision = event.revisions.select_related("event").newest()
        if revision is None:
            raise Http404("Nothing of this event was saved.")
        return self._preview(request, revision)

    def proposed_page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The event as it would be with the proposal."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        proposal = get_object_or_404(Proposal.objects.select_related("revision__event"), pk=pk)
        if not permissions.may_see_proposal(request.user, proposal):
            raise PermissionDenied
        return self._preview(request, proposal.revision)

    def _preview(self, request: HttpRequest, revision: Revision) -> HttpResponse:
        """With a link for somebody without an account, to be handed on by who may write."""
        context: dict[str, Any] = {"is_desk": True}
        if self.has_change_permission(request):
            link = request.build_absolute_uri(previews.link(revision))
            context |= {"link": link, "expires": previews.expires()}
        return previews.show(request, revision, **context)
