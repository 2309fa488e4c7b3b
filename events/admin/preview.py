"""An event or a proposal as readers will see it, for the people of the desk."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from events import permissions, previews
from events.admin.pages import DeskPages
from events.models import Proposal, Revision, Subject


class PreviewViews(DeskPages):
    """Previews, each with a link to hand on."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/preview/", wrap(require_GET(self.page_view)), name=self.named("preview"))
        return [page, *super().get_urls()]

    def page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The event or editorial as it is saved."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        subject: Subject = get_object_or_404(self.model, pk=pk)
        revision = subject.revisions.select_related("event", "editorial").newest()
        if revision is None:
            raise Http404("Nothing of this was saved.")
        return self.preview(request, revision, self.address("change", pk))

    def preview(self, request: HttpRequest, revision: Revision, desk: str) -> HttpResponse:
        """With a link for somebody without an account, to be handed on by who may write; `desk` is the way back."""
        context: dict[str, Any] = {"desk": desk}
        if self.has_change_permission(request):
            link = request.build_absolute_uri(previews.link(revision))
            context |= {"link": link, "expires": previews.expires()}
        return previews.show(request, revision, **context)


class ProposalPreviews(PreviewViews):
    """Previews of what is proposed, too."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.proposed_page_view))
        return [path("proposals/<int:pk>/preview/", view, name="events_event_proposal_preview"), *super().get_urls()]

    def proposed_page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The event as it would be with the proposal."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        proposal = get_object_or_404(Proposal.objects.select_related("revision__event"), pk=pk)
        if not permissions.may_see_proposal(request.user, proposal):
            raise PermissionDenied
        return self.preview(request, proposal.revision, self.address("proposal", pk))
