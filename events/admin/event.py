"""The event form and list. Every save goes through `services`, leaves one revision, and overwrites nobody."""

from contextlib import AbstractContextManager
from typing import Any

from adminsortable2.admin import SortableAdminBase, SortableStackedInline
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.http import HttpRequest

from events import services
from events.admin import proposals, states
from events.admin.assist import AssistViews
from events.admin.bulk import BulkViews
from events.admin.citations import CitationForm, CitationFormSet
from events.admin.erasing import ErasingViews
from events.admin.event_csv import CsvViews
from events.admin.event_list import EventList
from events.admin.filing import FilingViews
from events.admin.guarded import GuardedForm
from events.admin.history import HistoryViews
from events.admin.import_conflicts import ImportConflictViews
from events.admin.links import RelatedLinkForm, RelatedLinkFormSet
from events.admin.look_alikes import LookAlikeViews
from events.admin.preview import ProposalPreviews
from events.admin.proposals import ProposalViews
from events.admin.review import ReviewViews
from events.admin.saved_filters import SavedFilterViews
from events.choices import LinkKind
from events.documents.names import join_names
from events.forms import EventForm
from events.models import Citation, Event, RelatedLink, Subject
from events.permissions import at_work


class Choosing(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """What is chosen in the form of an event is not deleted from there, and only sources are added."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
            field.widget.can_add_related &= db_field.name == "source"
            field.widget.can_change_related &= db_field.name != "category"
        if field and db_field.name == "category":
            field.empty_label = "No category"
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
    GuardedForm,
    BulkViews,
    ReviewViews,
    ProposalViews,
    ProposalPreviews,
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
        (None, {"fields": (("date", "language"), "headline", "category", "topic_names", "tag_names", "is_unsourced")}),
        ("Summary", {"fields": ("summary",)}),
        ("Address", {"fields": ("slug",)}),
        ("Picture", {"fields": ("image_url", "image_caption", "image_credit"), "classes": ("collapse",)}),
    )

    # --- The form -------------------------------------------------------------------------------------------------

    @admin.display(description="Topics")
    def topic_names(self, event: Event) -> str:
        """For those who may only look."""
        return join_names(row.spelling for row in event.topics)

    @admin.display(description="Tags")
    def tag_names(self, event: Event) -> str:
        return join_names(row.spelling for row in event.event_tags.all())

    def writing(self, request: HttpRequest, subject: Subject, version: int) -> AbstractContextManager[object]:
        """A save, or what somebody only proposes."""
        assert isinstance(subject, Event)  # noqa: S101  # the admin of events
        return proposals.writing(request, subject, version, states.comment(request))

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
