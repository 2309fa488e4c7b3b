"""Labels of citations and the publishers that they name: unknown names are adopted with one press."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import importer, services, waiting
from events.admin.merging import PublisherMergeViews
from events.admin.pages import back_to_page, page_of
from events.forms import posted_number
from events.models import Citation
from sources.admin import PublisherAdmin
from sources.documents import DocumentError
from sources.models import Publisher, Source

PAGE_SIZE = 50
NEW, ALIAS = "new", "alias"


class AdoptForm(forms.Form):
    """Whose other name an unknown one is."""

    use_required_attribute = False  # the form has another button, which needs no choice
    publisher = forms.ModelChoiceField(Publisher.objects.all())

    def __init__(self, site: admin.AdminSite, number: int, data: Any = None) -> None:
        # A field with search cannot be shown with what is no number.
        chosen = {"publisher": posted_number(data.get("publisher")) or ""} if data is not None else None
        super().__init__(chosen, auto_id=f"id_%s_{number}")
        field: Any = self.fields["publisher"]
        widget = AutocompleteSelect(Source._meta.get_field("publisher"), site)
        widget.choices = field.choices
        field.widget = widget


@admin.register(Publisher)
class LabelledPublisherAdmin(PublisherMergeViews, PublisherAdmin):
    """Publishers, whose names decide whom labels name."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("labels/", wrap(require_GET(self.labels_view)), name="sources_publisher_labels"),
            path("labels/adopt/", wrap(require_POST(self.adopt_view)), name="sources_publisher_adopt"),
            *super().get_urls(),
        ]

    # --- Unknown names --------------------------------------------------------------------------------------------

    def labels_view(self, request: HttpRequest) -> HttpResponse:
        """The names that are nobody's, the most frequent first."""
        if not self.has_view_or_change_permission(request) or not request.user.has_perm("events.view_event"):
            raise PermissionDenied
        page = page_of(request, waiting.unknown_names(), PAGE_SIZE)
        rows = [(unknown, AdoptForm(self.admin_site, row)) for row, unknown in enumerate(page)]
        return self.show(
            request,
            "sources/publisher/labels",
            "Unknown labels",
            page=page,
            rows=rows,
            media=self.media + rows[0][1].media if rows else self.media,
            may_add=self.has_add_permission(request),
            may_change=self.has_change_permission(request),
        )

    def adopt_view(self, request: HttpRequest) -> HttpResponse:
        """Make the name a new publisher's, or another name of one that there is."""
        name, choice = request.POST.get("name", "").strip(), request.POST.get("choice")
        may = self.has_add_permission(request) if choice == NEW else self.has_change_permission(request)
        if not may or choice not in (NEW, ALIAS):
            raise PermissionDenied
        form = AdoptForm(self.admin_site, 0, request.POST)
        if choice == ALIAS and not form.is_valid():
            self.message_user(request, f"Nothing was adopted: choose whose other name “{name}” is.", messages.ERROR)
            return back_to_page(request, "admin:sources_publisher_labels")
        try:
            publisher = services.adopt_name(name, form.cleaned_data["publisher"] if choice == ALIAS else None)
        except DocumentError as error:
            self.message_user(request, f"Nothing was adopted: {error}", messages.ERROR)
        else:
            self.log_change(request, publisher, f"Adopted “{name}” from labels.")
            self.message_user(request, f"Labels with “{name}” name {publisher} from now on.")
        return back_to_page(request, "admin:sources_publisher_labels")

    # --- Names that change ----------------------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Labels follow the names that the publisher gains or loses."""
        publisher = form.instance
        before = {form.initial.get("name", ""), *publisher.names}
        super().save_related(request, form, formsets, change)
        importer.settle_labels({*before, *publisher.names} - {""})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Labels that name it do not hold it back: they stay, and name nobody."""
        with transaction.atomic():
            _release(objs)
            found = super().get_deleted_objects(objs, request)
            transaction.set_rollback(True)
        return found

    def delete_model(self, request: HttpRequest, obj: Publisher) -> None:
        names = obj.names
        _release([obj])
        super().delete_model(request, obj)
        importer.settle_labels(names)


def _release(publishers: Any) -> None:
    """Let no citation of a label alone name the publishers."""
    Citation.objects.filter(publisher__in=publishers).update(publisher=None)
    Citation.objects.filter(agency__in=publishers).update(agency=None)
