"""Sources that no event cites, each with the events that it may report."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST

from events import filing, permissions, services
from events.admin.pages import DeskPages, page_of
from events.forms import posted_number
from events.models import Event
from sources.models import Source

PAGE_SIZE = 5  # each source takes about ten queries
PROPOSALS = 3


class FilingViews(DeskPages):
    """The list of unfiled sources and the button that files one."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("unfiled/", wrap(require_GET(self.unfiled_view)), name="events_event_unfiled"),
            path("cite/", wrap(require_POST(self.cite_view)), name="events_event_cite"),
            *super().get_urls(),
        ]

    def unfiled_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request) or not request.user.has_perm("sources.view_source"):
            raise PermissionDenied
        sources = filing.unfiled().select_related("publisher", "seen_at").order_by("-pk")
        page = page_of(request, sources, PAGE_SIZE)
        return self.show(
            request,
            "events/event/unfiled",
            "Unfiled sources",
            opts=Source._meta,
            page=page,
            rows=list(zip(page, filing.propose_each(page, PROPOSALS), strict=True)),
            may_cite=permissions.may_publish(request.user),
        )

    def cite_view(self, request: HttpRequest) -> HttpResponse:
        """File a source under an event, as its last citation."""
        editor = permissions.at_work(request, permissions.may_publish)
        if not editor.has_perm("sources.view_source"):
            raise PermissionDenied
        source = get_object_or_404(Source, pk=posted_number(request.POST.get("source")))
        event = get_object_or_404(Event, pk=posted_number(request.POST.get("event")))
        services.cite(event, source, editor=editor)
        headline = Truncator(event.headline).chars(100)
        self.message_user(request, f"“{Truncator(str(source)).chars(100)}” is filed under “{headline}”.")
        return redirect(reverse("admin:events_event_unfiled"))
