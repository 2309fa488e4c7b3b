"""A form by which nobody overwrites anybody: every save goes through `services` and leaves one revision."""

import logging
from contextlib import AbstractContextManager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from events import services
from events.admin import conflicts, merges, states
from events.admin.open_forms import BRING_BACK, OpenForms
from events.admin.states import StateButtons
from events.choices import Move
from events.forms import BROUGHT_BACK, CLASH, CONFLICT, posted_number
from events.models import Subject
from events.permissions import at_work

logger = logging.getLogger(__name__)


class GuardedForm(OpenForms, StateButtons):
    """The form of an event or an editorial: kept while one types, merged where another saved meanwhile."""

    def writing(self, request: HttpRequest, subject: Subject, version: int) -> AbstractContextManager[object]:
        """The transaction in which Django's view writes the rows of what was opened at `version`."""
        return services.editing(subject, version, editor=at_work(request), comment=states.comment(request))

    def view_on_site(self, obj: Subject) -> str | None:
        return obj.get_absolute_url() if obj.is_public and obj.slug else None

    def get_readonly_fields(self, request: HttpRequest, obj: Subject | None = None) -> tuple[str, ...]:
        """What leads to it is of its language, so that stays."""
        return ("language",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Subject | None = None) -> bool:
        """Deleting is withdrawing."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        subject = self.get_object(request, object_id) if object_id else None
        if request.method != "POST" or (object_id and subject is None):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if BRING_BACK in request.POST:
            return self._bring_back(request, subject, form_url)
        try:
            if subject is None:
                return super().changeform_view(request, None, form_url, extra_context)
            if merges.has_choices(request.POST):
                return self._save_merged(request, subject, form_url, extra_context)
            return self._save(request, subject, form_url, extra_context)
        except services.StaleVersion as stale:
            return self._save_merged(request, stale.subject, form_url, extra_context)
        except services.NotReady as error:
            return self.show_refused(request, object_id, form_url, error)
        except NotSaved as not_saved:
            return not_saved.response
        except IntegrityError:
            logger.warning("A save clashed with another", exc_info=True)
            return self._show_clash(request, object_id, form_url)

    def _save(
        self, request: HttpRequest, subject: Subject, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Let Django's view write the rows inside `writing`, which claims the version first."""
        if not self.has_change_permission(request, subject):
            return self.refuse(request, subject)
        version = posted_number(request.POST.get("version"), -1)
        with self.writing(request, subject, version):
            response = super().changeform_view(request, str(subject.pk), form_url, extra_context)
            if "adminform" in (getattr(response, "context_data", None) or {}):  # else it is saved, maybe in a popup
                raise NotSaved(response)
            subject.refresh_from_db()
        return response

    def _save_merged(
        self, request: HttpRequest, saved: Subject, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Save what was posted on top of what was saved after it was opened, or ask where both changed the same."""
        if not self.has_change_permission(request, saved):
            return self.refuse(request, saved)
        merge = merges.merge(request.POST, saved)
        # Nobody publishes or sends on what they have not seen.
        is_unseen = merge.newest != merge.opened and request.POST.get(states.MOVE, Move.SAVE) != Move.SAVE
        if merge.overlaps or is_unseen or merge.drops_new_words(at_work(request)):
            sent, comment = merges.as_sent(request.POST, merge.mine), states.comment(request)
            saved = services.keep_refused(saved, sent, editor=at_work(request), comment=comment)
            merge = merges.merge(request.POST, saved)
        if merge.overlaps or is_unseen:
            return self.show_merged(request, merge, form_url)
        request.POST = merge.data  # type: ignore[assignment]
        response = self.changeform_view(request, str(saved.pk), form_url, extra_context)
        is_saved = "adminform" not in (getattr(response, "context_data", None) or {})
        if said := conflicts.what_was_merged(merge, is_saved=is_saved):
            self.message_user(request, said)
        return response

    def refuse(self, request: HttpRequest, subject: Subject) -> HttpResponse:
        """What becomes of a save by somebody who may not change it. Raises PermissionDenied."""
        raise PermissionDenied

    def show_merged(self, request: HttpRequest, merge: merges.Merge, form_url: str, status: int = 409) -> HttpResponse:
        """The form with the editor's text on top of the saved version, below what both changed to choose from."""
        merge.data[CONFLICT] = "1"
        request.POST = merge.data  # type: ignore[assignment]
        context = {"conflict": conflicts.page(merge, is_refused=status == 409), "errors": None}  # no field is wrong
        response = super().changeform_view(request, str(merge.saved.pk), form_url, context)
        response.status_code = status
        return response

    def _bring_back(self, request: HttpRequest, subject: Subject | None, form_url: str) -> HttpResponse:
        """The form with what its editor had typed into another one and never saved."""
        data = self.unsaved_form(request, subject)
        if subject:
            return self.show_merged(request, merges.merge(data, subject), form_url, status=200)
        data[BROUGHT_BACK] = "1"
        request.POST = data  # type: ignore[assignment]
        return super().changeform_view(request, None, form_url, {"errors": None, "is_brought_back": True})

    def _show_clash(self, request: HttpRequest, object_id: str | None, form_url: str) -> HttpResponse:
        """The form again, as it was posted."""
        data = request.POST.copy()
        data[CLASH] = "1"
        request.POST = data  # type: ignore[assignment]
        response = super().changeform_view(request, object_id, form_url)
        response.status_code = 409
        return response


class NotSaved(Exception):
    """The form has errors: what `editing` has begun is rolled back, and `response` shows the form again."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()
