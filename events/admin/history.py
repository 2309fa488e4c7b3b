"""What an event was, who changed it, and how to get it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from events import exporter, markup, permissions, revisions, services
from events.admin.pages import DeskPages
from events.converters import tag_address
from events.documents.erasing import gaps, without_lost_names
from events.forms import posted_number
from events.models import Event, Revision
from sources.documents import DocumentError


class HistoryViews(DeskPages):
    """The history of an event, comparison of any two revisions, old states and their return."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", wrap(require_GET(self.compare_view)), name="events_event_compare"),
            path("<int:pk>/revisions/<int:number>/", wrap(require_GET(self.state_view)), name="events_event_state"),
            path("<int:pk>/restore/", wrap(require_POST(self.restore_view)), name="events_event_restore"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All revisions, the newest first, with two of them to choose for a comparison."""
        event = self._event(request, object_id)
        found = list(
            event.revisions.select_related("editor", "erasure").defer("document").order_by("-as_of", "-number")
        )
        context = {
            "title": "History",
            "revisions": found,
            "corrections": exporter.correction_documents(event),
            "erasures": event.erasures.select_related("editor"),
        }
        return self._show(request, "history", event, context | (extra_context or {}))

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Two revisions, field by field."""
        event = self._event(request, pk)
        chosen = [self._revision(event, request.GET.get(name, "")) for name in ("one", "two")]
        one, two = sorted(chosen, key=lambda revision: revision.number)
        context = {
            "title": f"Revisions {one.number} and {two.number}",
            "one": one,
            "two": two,
            "one_name": f"Revision {one.number}",
            "two_name": f"Revision {two.number}",
            "fields": revisions.compare(revisions.read(one), revisions.read(two)),
        }
        return self._show(request, "compare", event, context)

    def state_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The event as it was."""
        event = self._event(request, pk)
        revision = self._revision(event, number)
        document = revisions.read(revision)
        texts = revisions.texts(document)
        newest = event.revisions.newest() or revision
        context = {
            "title": f"Revision {revision.number}",
            "revision": revision,
            "texts": {name: text for name, text in texts.items() if text},
            "summary": markup.render(document.summary, tag_address(document.language)),
            "is_newest": newest == revision,
            "may_restore": permissions.may_restore(request.user, event, document.status),
            "changes": revisions.compare(revisions.read(newest), without_lost_names(document)),
            "gaps": [name.replace("_", " ") for name in gaps(document)],
        }
        return self._show(request, "state", event, context)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the event again what it was, in a new revision."""
        event = self._event(request, pk)
        revision = self._revision(event, request.POST.get("number", ""))
        editor, status = permissions.at_work(request), revisions.read(revision).status
        if not permissions.may_restore(editor, event, status):
            raise PermissionDenied
        if gaps(revisions.read(revision)) and "gaps" not in request.POST:
            text = "Nothing was restored: something was erased from this state. Look at what is missing first."
            self.message_user(request, text, messages.ERROR)
            return redirect("admin:events_event_state", event.pk, revision.number)
        version = posted_number(request.POST.get("version"), -1)
        try:
            services.restore(revision, version, editor=editor)
        except services.StaleVersion:
            text = "Nothing was restored: somebody else saved this event meanwhile. Look at what changed first."
            self.message_user(request, text, messages.ERROR)
        except DocumentError as error:
            self.message_user(request, f"Nothing was restored: {error}", messages.ERROR)
        else:
            self.message_user(request, f"Revision {revision.number} was restored, as a new revision.")
        return redirect(reverse("admin:events_event_history", args=[event.pk]))

    def _event(self, request: HttpRequest, pk: int | str) -> Event:
        event: Event | None = self.get_object(request, str(pk))
        if not self.has_view_or_change_permission(request, event):
            raise PermissionDenied
        if event is None:
            raise Http404("No such event.")
        return event

    def _revision(self, event: Event, number: int | str) -> Revision:
        return get_object_or_404(event.revisions.select_related("editor", "erasure"), number=posted_number(number))

    def _show(self, request: HttpRequest, template: str, event: Event, context: dict[str, Any]) -> HttpResponse:
        shared: dict[str, Any] = {"event": event, "may_erase": permissions.may_erase(request.user)}
        return self.show(request, f"events/event/{template}", **shared | context)
