"""The event form and list. Every save goes through `services`, leaves one revision, and overwrites nobody."""

import logging
from typing import Any

from adminsortable2.admin import SortableAdminBase, SortableStackedInline
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from events import services
from events.admin import conflicts, posted, proposals, states
from events.admin.assist import AssistViews
from events.admin.bulk import BulkViews
from events.admin.citations import CitationForm, CitationFormSet
from events.admin.erasing import ErasingViews
from events.admin.event_csv import CsvViews
from events.admin.event_list import EventList
from events.admin.filing import FilingViews
from events.admin.history import HistoryViews
from events.admin.import_conflicts import ImportConflictViews
from events.admin.links import RelatedLinkForm, RelatedLinkFormSet
from events.admin.look_alikes import LookAlikeViews
from events.admin.open_forms import BRING_BACK, OpenForms
from events.admin.preview import PreviewViews
from events.admin.proposals import ProposalViews
from events.admin.review import ReviewViews
from events.admin.saved_filters import SavedFilterViews
from events.admin.states import StateButtons
from events.choices import LinkKind, Move
from events.documents.names import join_names
from events.forms import BROUGHT_BACK, CLASH, CONFLICT, EventForm, posted_number
from events.models import Citation, Event, RelatedLink
from events.permissions import at_work

logger = logging.getLogger(__name__)


class Choosing(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """What is chosen in the form of an event is not deleted from there, and only sources are added."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
            field.widget.can_add_related &= db_field.name == "source"
            field.widget.can_change_related &= db_field.name != "category"
        return field


class Row(Choosing, SortableStackedInline):  # type: ignore[misc]  # the library has no types
    """A row of an event's form: who may change the event may change it."""

    template = "admin/rows.html"
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.get_model_admin(Event).has_view_or_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        event_admin = self.admin_site.get_model_admin(Event)
        return event_admin.has_change_permission(request) or event_admin.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)


class CitationInline(Row):
    model = Citation
    form = CitationForm
    formset = CitationFormSet
    fields = (("cited", "label", "source"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        return super().get_queryset(request).select_related("source__publisher")


class RelatedLinkInline(Row):
    model = RelatedLink
    form = RelatedLinkForm
    formset = RelatedLinkFormSet
    fk_name = "event"
    fields = (("target", "kind"), ("context", "note"))
    verbose_name = "related event"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelatedLink]:
        return super().get_queryset(request).select_related("target")


@admin.register(Event)
class EventAdmin(
    Choosing,
    AssistViews,
    EventList,
    CsvViews,
    SavedFilterViews,
    OpenForms,
    StateButtons,
    BulkViews,
    ReviewViews,
    ProposalViews,
    PreviewViews,
    HistoryViews,
    ErasingViews,
    FilingViews,
    ImportConflictViews,
    LookAlikeViews,
    SortableAdminBase,  # type: ignore[misc]  # the library has no types
    admin.ModelAdmin,  # type: ignore[type-arg]  # generic for mypy only
):
    form = EventForm
    change_form_template = "admin/events/event/change_form.html"
    inlines = (CitationInline, RelatedLinkInline)
    # In the order of thought; the template puts the citations behind the first part, the related events behind the
    # second.
    fieldsets = (
        (None, {"fields": ("date", "language", "headline", "category", "topic_names", "tag_names", "is_unsourced")}),
        ("Summary", {"fields": ("summary",)}),
        ("Address", {"fields": ("slug",)}),
        ("Picture", {"fields": ("image_url", "image_caption", "image_credit"), "classes": ("collapse",)}),
    )

    def view_on_site(self, event: Event) -> str | None:
        return event.get_absolute_url() if event.is_public and event.slug else None

    # --- The form -------------------------------------------------------------------------------------------------

    @admin.display(description="Topics")
    def topic_names(self, event: Event) -> str:
        """For those who may only look."""
        return join_names(row.spelling for row in event.topics)

    @admin.display(description="Tags")
    def tag_names(self, event: Event) -> str:
        return join_names(row.spelling for row in event.event_tags.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> tuple[str, ...]:
        """An event's tags and links are of its language, so it stays."""
        return ("language",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Deleting is withdrawing."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        event = self.get_object(request, object_id) if object_id else None
        if request.method != "POST" or (object_id and event is None):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if BRING_BACK in request.POST:
            return self._bring_back(request, event, form_url)
        try:
            if event is None:
                return super().changeform_view(request, None, form_url, extra_context)
            if posted.has_choices(request.POST):
                return self._save_merged(request, event, form_url, extra_context)
            return self._save(request, event, form_url, extra_context)
        except services.StaleVersion as stale:
            return self._save_merged(request, stale.subject, form_url, extra_context)  # type: ignore[arg-type]
        except services.NotReady as error:
            return self.show_refused(request, object_id, form_url, error)
        except NotSaved as not_saved:
            return not_saved.response
        except IntegrityError:
            logger.warning("A save of an event clashed with another", exc_info=True)
            return self._show_clash(request, object_id, form_url)

    def _save(
        self, request: HttpRequest, event: Event, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Let Django's view write the rows inside `editing` or `proposing`, which claim the version first."""
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        version = posted_number(request.POST.get("version"), -1)
        with proposals.writing(request, event, version, states.comment(request)):
            response = super().changeform_view(request, str(event.pk), form_url, extra_context)
            if "adminform" in (getattr(response, "context_data", None) or {}):  # else it is saved, maybe in a popup
                raise NotSaved(response)
            event.refresh_from_db()
        return response

    def _save_merged(
        self, request: HttpRequest, saved: Event, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Save what was posted on top of what was saved after it was opened, or ask where both changed the same."""
        if not self.has_change_permission(request, saved):
            raise PermissionDenied
        merge = posted.merge(request.POST, saved)
        # Nobody publishes or sends on what they have not seen.
        is_unseen = merge.newest != merge.opened and request.POST.get(states.MOVE, Move.SAVE) != Move.SAVE
        if merge.overlaps or is_unseen or merge.drops_new_words(at_work(request)):
            sent, comment = posted.as_sent(request.POST, merge.mine), states.comment(request)
            saved = services.keep_refused(saved, sent, editor=at_work(request), comment=comment)
            merge = posted.merge(request.POST, saved)
        if merge.overlaps or is_unseen:
            return self.show_merged(request, merge, form_url)
        request.POST = merge.data  # type: ignore[assignment]
        response = self.changeform_view(request, str(saved.pk), form_url, extra_context)
        is_saved = "adminform" not in (getattr(response, "context_data", None) or {})
        if said := conflicts.what_was_merged(merge, is_saved=is_saved):
            self.message_user(request, said)
        return response

    def show_merged(self, request: HttpRequest, merge: posted.Merge, form_url: str, status: int = 409) -> HttpResponse:
        """The form with the editor's text on top of the saved version, below what both changed to choose from."""
        merge.data[CONFLICT] = "1"
        request.POST = merge.data  # type: ignore[assignment]
        context = {"conflict": conflicts.page(merge, is_refused=status == 409), "errors": None}  # no field is wrong
        response = super().changeform_view(request, str(merge.saved.pk), form_url, context)
        response.status_code = status
        return response

    def _bring_back(self, request: HttpRequest, event: Event | None, form_url: str) -> HttpResponse:
        """The form with what its editor had typed into another one and never saved."""
        data = self.unsaved_form(request, event)
        if event:
            return self.show_merged(request, posted.merge(data, event), form_url, status=200)
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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        event, data = form.instance, form.cleaned_data
        if data["computes_related"]:
            event.related_links.filter(kind=LinkKind.IMPORTED).delete()
        names = {"tags": data["tag_names"], "topics": data["topic_names"]}
        if change:
            services.complete(event, **names)
        else:
            services.begin(event, **names, editor=at_work(request), comment=states.comment(request))


class NotSaved(Exception):
    """The form has errors: what `editing` has begun is rolled back, and `response` shows the form again."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()
