"""What an event or editorial was, who changed it, and how to get it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import exporter, markup, permissions, revisions, services
from events.admin.pages import DeskPages
from events.converters import tag_address
from events.documents.erasing import gaps, without_lost_names
from events.documents.records import EditorialDocument
from events.forms import posted_number
from events.models import Revision, Subject
from sources.documents import DocumentError


class HistoryViews(DeskPages):
    """The history of an event or editorial, comparison of any two revisions, old states and their return."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", wrap(require_GET(self.compare_view)), name=self.named("compare")),
            path("<int:pk>/revisions/<int:number>/", wrap(require_GET(self.state_view)), name=self.named("state")),
            path("<int:pk>/restore/", wrap(require_POST(self.restore_view)), name=self.named("restore")),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All revisions, the newest first, with two of them to choose for a comparison."""
        subject = self._subject(request, object_id)
        found = list(
            subject.revisions.select_related("editor", "erasure").defer("document").order_by("-as_of", "-number")
        )
        context = {
            "title": "History",
            "revisions": found,
            "corrections": exporter.correction_documents(subject),
            "erasures": subject.erasures.select_related("editor"),
        }
        return self._show(request, "history", subject, context | (extra_context or {}))

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Two revisions, field by field."""
        subject = self._subject(request, pk)
        chosen = [self._revision(subject, request.GET.get(name, "")) for name in ("one", "two")]
        one, two = sorted(chosen, key=lambda revision: revision.number)
        context = {
            "title": f"Revisions {one.number} and {two.number}",
            "one": one,
            "two": two,
            "one_name": f"Revision {one.number}",
            "two_name": f"Revision {two.number}",
            "fields": revisions.compare(revisions.read_any(one), revisions.read_any(two)),
        }
        return self._show(request, "compare", subject, context)

    def state_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """It as it was."""
        subject = self._subject(request, pk)
        revision = self._revision(subject, number)
        document = revisions.read_any(revision)
        markdown = document.body if isinstance(document, EditorialDocument) else document.summary
        texts = revisions.texts(document)
        newest = subject.revisions.newest() or revision
        context = {
            "title": f"Revision {revision.number}",
            "revision": revision,
            "texts": {name: text for name, text in texts.items() if text},
            "rendered": markup.render(markdown, tag_address(document.language)),
            "is_newest": newest == revision,
            "may_restore": permissions.may_restore(request.user, subject, document.status),
            "changes": revisions.compare(revisions.read_any(newest), without_lost_names(document)),
            "gaps": [name.replace("_", " ") for name in gaps(document)],
        }
        return self._show(request, "state", subject, context)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make it again what it was, in a new revision."""
        subject = self._subject(request, pk)
        revision = self._revision(subject, request.POST.get("number", ""))
        editor, status = permissions.at_work(request), revisions.read_any(revision).status
        if not permissions.may_restore(editor, subject, status):
            raise PermissionDenied
        if gaps(revisions.read_any(revision)) and "gaps" not in request.POST:
            text = "Nothing was restored: something was erased from this state. Look at what is missing first."
            self.message_user(request, text, messages.ERROR)
            return redirect(self.address("state", subject.pk, revision.number))
        version = posted_number(request.POST.get("version"), -1)
        try:
            services.restore(revision, version, editor=editor)
        except services.StaleVersion:
            text = (
                f"Nothing was restored: somebody else saved this {self.opts.verbose_name} meanwhile. Look at it first."
            )
            self.message_user(request, text, messages.ERROR)
        except DocumentError as error:
            self.message_user(request, f"Nothing was restored: {error}", messages.ERROR)
        else:
            self.message_user(request, f"Revision {revision.number} was restored, as a new revision.")
        return redirect(self.address("history", subject.pk))

    def _subject(self, request: HttpRequest, pk: int | str) -> Subject:
        subject: Subject | None = self.get_object(request, str(pk))
        if not self.has_view_or_change_permission(request, subject):
            raise PermissionDenied
        if subject is None:
            raise Http404(f"No such {self.opts.verbose_name}.")
        return subject

    def _revision(self, subject: Subject, number: int | str) -> Revision:
        return get_object_or_404(subject.revisions.select_related("editor", "erasure"), number=posted_number(number))

    def _show(self, request: HttpRequest, template: str, subject: Subject, context: dict[str, Any]) -> HttpResponse:
        shared: dict[str, Any] = {"subject": subject, "may_erase": permissions.may_erase(request.user, type(subject))}
        return self.show(request, f"events/event/{template}", **shared | context)
