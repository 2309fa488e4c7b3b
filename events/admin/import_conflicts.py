"""What archives say otherwise than an editor wrote: side by side, decided with one press."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import exporter, permissions, revisions, services
from events.admin.pages import DeskPages, back_to_page, page_of
from events.forms import posted_number
from events.models import Conflict, Event
from events.revisions import FieldDiff
from sources.documents import DocumentError

PAGE_SIZE = 20
OURS, ARCHIVED = "ours", "archived"
CHANGED = "Nothing was decided: the event or the archive has changed meanwhile. Look again."


class ImportConflictViews(DeskPages):
    """The list of open conflicts, and the two buttons of each."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("conflicts/", wrap(require_GET(self.conflicts_view)), name="events_event_conflicts"),
            path("conflicts/decide/", wrap(require_POST(self.decide_view)), name="events_event_decide"),
            *super().get_urls(),
        ]

    def conflicts_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        events = Prefetch("event", Event.objects.with_everything())
        page = page_of(request, Conflict.objects.select_related("revision").prefetch_related(events), PAGE_SIZE)
        rows = [(conflict, differences(conflict)) for conflict in page]
        return self.show(
            request,
            "events/event/conflicts",
            "Import conflicts",
            page=page,
            rows=[(conflict, fields) for conflict, fields in rows if fields],
            may_decide=permissions.may_publish(request.user),
        )

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what the event says, or take what the archive says, as the editor saw both."""
        editor = permissions.at_work(request, permissions.may_publish)
        seen = {name: posted_number(request.POST.get(name)) for name in ("conflict", "revision", "version")}
        conflicts = Conflict.objects.select_related("event", "revision")
        conflict = conflicts.filter(pk=seen["conflict"], revision=seen["revision"]).first()
        choice = request.POST.get("choice")
        try:
            if conflict is None:
                self.message_user(request, CHANGED, messages.ERROR)
            elif choice == OURS:
                services.keep_ours(conflict)
                self.message_user(request, "What stands here was kept.")
            elif choice == ARCHIVED:
                services.take_archived(conflict, seen["version"], editor=editor)
                self.message_user(request, "The archive’s word was taken, as a new revision.")
        except services.StaleVersion:
            self.message_user(request, CHANGED, messages.ERROR)
        except DocumentError as error:
            self.message_user(request, f"Nothing was decided: {error}", messages.ERROR)
        return back_to_page(request, "admin:events_event_conflicts")


def differences(conflict: Conflict) -> list[FieldDiff]:
    """How the archive's word differs from what the event says; nothing if both say the same by now."""
    document = exporter.event_document(conflict.event)
    return revisions.compare(document, services.as_archived(document, conflict))
