"""Changing many events of the list at once: chosen, looked at, made, and undone."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST

from events import permissions, services
from events.admin.pages import DeskPages, page_of
from events.forms import TagNamesWidget, posted_number
from events.models import BulkChange, Category, Event
from events.services import BulkAction, BulkKind, LeftAlone, Planned
from sources.forms import NamesField

PAGE_SIZE = 20
NAMED = 10  # events that a message names
TITLES = {
    BulkKind.TAG: "Add tags",
    BulkKind.UNTAG: "Remove tags",
    BulkKind.CATEGORISE: "Set the category",
    BulkKind.SUBMIT: "Send to review",
    BulkKind.PUBLISH: "Publish",
    BulkKind.WITHDRAW: "Withdraw",
}
EDITORS_ONLY = frozenset({BulkKind.PUBLISH, BulkKind.WITHDRAW})


class BulkForm(forms.Form):
    """What a kind of bulk change needs to know; only its own field stays."""

    names = NamesField(widget=TagNamesWidget, label="Tags", help_text="With commas between the names.")
    category = forms.ModelChoiceField(Category.objects.all(), required=False, empty_label="No category")
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, label="Reason", help_text="Readers see it."
    )
    FIELDS = {
        BulkKind.TAG: "names",
        BulkKind.UNTAG: "names",
        BulkKind.CATEGORISE: "category",
        BulkKind.WITHDRAW: "reason",
    }

    def __init__(self, kind: BulkKind, language: str, data: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        self.fields = {name: field for name, field in self.fields.items() if name == self.FIELDS.get(kind)}
        if "names" in self.fields:
            self.fields["names"].widget.language = language

    def action(self) -> BulkAction:
        """The change that a valid form describes."""
        data = self.cleaned_data
        category = data.get("category")
        return BulkAction(
            kind=self.kind,
            names=tuple(data.get("names", ())),
            category=category.name if category else "",
            reason=data.get("reason", ""),
        )


class BulkViews(DeskPages):
    """The actions below the list, the page that shows what they would do, and the list that undoes them."""

    actions_selection_counter = True

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("bulk/", wrap(require_POST(self.bulk_view)), name="events_event_bulk"),
            path("bulk/changes/", wrap(require_GET(self.bulk_changes_view)), name="events_event_bulk_changes"),
            path("bulk/<int:pk>/undo/", wrap(require_POST(self.undo_bulk_view)), name="events_event_bulk_undo"),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Those that the person may do to any event at all; to which of the chosen ones, the preview says."""
        if not self.has_change_permission(request):
            return {}
        may_publish = permissions.may_publish(request.user)
        kinds = [kind for kind in BulkKind if may_publish or kind not in EDITORS_ONLY]
        return {kind.value: (_choose(kind), kind.value, TITLES[kind]) for kind in kinds}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django wants a chosen row even of whoever wants all."""
        if "select_across" in request.POST and helpers.ACTION_CHECKBOX_NAME not in request.POST:
            posted = request.POST.copy()
            posted[helpers.ACTION_CHECKBOX_NAME] = "all"
            request.POST = posted  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> HttpResponse | None:
        """Django's, for whatever a browser may post as chosen."""
        posted = request.POST.copy()
        chosen = [pk for pk in posted.getlist(helpers.ACTION_CHECKBOX_NAME) if posted_number(pk)]
        posted.setlist(helpers.ACTION_CHECKBOX_NAME, chosen)
        request.POST = posted  # type: ignore[assignment]
        return super().response_action(request, queryset, *args)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the change would do, or make it."""
        kind = request.POST.get("kind", "")
        if kind not in self.get_actions(request):
            raise PermissionDenied
        pairs = [pair.split(":") for pair in re.findall(r"\d{1,9}:\d{1,9}", request.POST.get("events", ""), re.ASCII)]
        seen = {int(pk): int(version) for pk, version in pairs[: services.MAX_EVENTS]}
        events = Event.objects.filter(pk__in=seen)
        form = BulkForm(BulkKind(kind), _language(events), request.POST)
        if "_apply" not in request.POST or not form.is_valid():
            return self.show_bulk(request, events, form, len(seen))
        change, left = services.make_bulk_change(seen.items(), form.action(), editor=permissions.at_work(request))
        count = len(change.changes) if change else 0
        self._report(request, f"{count} event{'s were' if count != 1 else ' was'} changed.", left)
        return redirect("admin:events_event_bulk_changes" if change else "admin:events_event_changelist")

    def show_bulk(self, request: HttpRequest, events: "QuerySet[Event]", form: BulkForm, matching: int) -> HttpResponse:
        """The page that asks what the change needs, and says what it would do to each event."""
        planned: list[Planned] = []
        if form.is_valid():
            everything = Event.objects.filter(pk__in=events.values_list("pk", flat=True)).with_everything()
            planned = services.plan_bulk(everything.newest_first(), form.action(), editor=permissions.at_work(request))
            versions = [(row.event.pk, row.event.version) for row in planned]
        else:
            versions = list(events.values_list("pk", "version"))
        hindered: dict[str, list[Event]] = defaultdict(list)
        for row in planned:
            if row.hindrance:
                hindered[row.hindrance].append(row.event)
        return self.show(
            request,
            "events/event/bulk",
            TITLES[form.kind],
            kind=form.kind.value,
            form=form,
            is_asked=form.is_bound and (not form.fields or form.is_valid()),
            events=" ".join(f"{pk}:{version}" for pk, version in versions),
            count=len(versions),
            matching=matching,
            limit=services.MAX_EVENTS,
            changing=[row for row in planned if not row.hindrance],
            hindered=sorted(hindered.items(), key=lambda item: -len(item[1])),
            media=self.media + form.media,
        )

    def bulk_changes_view(self, request: HttpRequest) -> HttpResponse:
        """The bulk changes that were made, the newest first, each with its undo."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        made = BulkChange.objects.select_related("editor")
        page = page_of(request, made, PAGE_SIZE)
        first = [change.changes[0][0] for change in page if change.changes]
        examples = Event.objects.in_bulk(first)
        rows = [
            (change, examples.get(change.changes[0][0]), services.may_undo(request.user, change))
            for change in page
            if change.changes
        ]
        return self.show(request, "events/event/bulk_changes", "Bulk changes", page=page, rows=rows)

    def undo_bulk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        change = get_object_or_404(BulkChange, pk=pk)
        if not services.may_undo(request.user, change):
            raise PermissionDenied
        try:
            undone, left = services.undo_bulk_change(change, editor=permissions.at_work(request))
        except services.AlreadyUndone:
            self.message_user(request, "This was undone already.", messages.WARNING)
        else:
            self._report(request, f"It was undone for {undone} event{'s' if undone != 1 else ''}.", left)
        return redirect("admin:events_event_bulk_changes")

    def _report(self, request: HttpRequest, text: str, left: list[LeftAlone]) -> None:
        self.message_user(request, text)
        if left:
            named = [f"“{Truncator(row.event.headline).chars(60)}”: {row.why}" for row in left[:NAMED]]
            more = [f"and {len(left) - NAMED} more"] if len(left) > NAMED else []
            self.message_user(request, f"Left alone: {'; '.join([*named, *more])}.", messages.WARNING)


def _choose(kind: BulkKind) -> Callable[[Any, HttpRequest, "QuerySet[Event]"], HttpResponse]:
    """The action of the list that leads to the page of a kind."""

    def choose(model_admin: BulkViews, request: HttpRequest, chosen: "QuerySet[Event]") -> HttpResponse:
        pks = list(chosen.order_by("-date", "slug").values_list("pk", flat=True)[: services.MAX_EVENTS])
        events = Event.objects.filter(pk__in=pks)
        form = BulkForm(kind, _language(events), None if kind in BulkForm.FIELDS else {})
        matching = chosen.count() if len(pks) == services.MAX_EVENTS else len(pks)
        return model_admin.show_bulk(request, events, form, matching)

    return choose


def _language(events: "QuerySet[Event]") -> str:
    """The edition whose names are offered while one types: that of the first event."""
    first = events.order_by("pk").values_list("language", flat=True).first()
    return first or settings.EDITIONS[0]
