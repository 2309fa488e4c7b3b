"""Questions to the list of events that are asked again: saved under a name, one's own or for everybody."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from events.admin.pages import DeskPages
from events.models import SavedFilter
from events.permissions import at_work

KNOWN = frozenset(
    {
        SEARCH_VAR,
        ORDER_VAR,
        "label",
        "tag",
        "publisher",
        "status__exact",
        "day",
        "by",
        "is_unsourced__exact",
        "is_stub__exact",
        "category__id__exact",
        "category__isnull",
        "language",
    }
)


class FilterForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    """A name for a question, and whether the others see it."""

    is_shared = forms.BooleanField(required=False, label="for all editors")

    class Meta:
        model = SavedFilter
        fields = ("name", "is_shared")


def known_query(text: str) -> str:
    """The part of an address's query that the list understands; it can lead nowhere but to the list."""
    asked = QueryDict(text)
    return urlencode([(name, value) for name in sorted(KNOWN & asked.keys()) for value in asked.getlist(name) if value])


class SavedFilterViews(DeskPages):
    """The saved filters above the list, and the page that renames, shares and deletes one's own."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("filters/", wrap(require_GET(self.filters_view)), name="events_event_filters"),
            path("filters/save/", wrap(require_POST(self.save_filter_view)), name="events_event_save_filter"),
            path("filters/<int:pk>/", wrap(require_POST(self.change_filter_view)), name="events_event_change_filter"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        query = known_query(request.GET.urlencode())
        context = {
            "saved_filters": SavedFilter.objects.seen_by(request.user),
            "query_to_save": query,
            "filter_form": FilterForm(auto_id="filter-%s"),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def save_filter_view(self, request: HttpRequest) -> HttpResponse:
        """Save the question of the list; under a name that the person has used, instead of the former one."""
        user = self._viewer(request)
        query = known_query(request.POST.get("query", ""))
        form = FilterForm(request.POST)
        if not query or len(query) > 1000 or not form.is_valid():
            self.message_user(request, "Nothing was saved: filter the list first, and name it.", messages.ERROR)
        else:
            values = {"query": query, "is_shared": form.cleaned_data["is_shared"]}
            saved, is_new = user.saved_filters.update_or_create(name=form.cleaned_data["name"], defaults=values)
            self.message_user(request, f"“{saved.name}” {'is saved' if is_new else 'now asks this'}.")
        return redirect(f"{reverse('admin:events_event_changelist')}?{query}")

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        filters = self._viewer(request).saved_filters.all()
        return self.show(
            request,
            "events/event/filters",
            "Saved filters",
            rows=[(saved, FilterForm(instance=saved, auto_id=f"filter-{saved.pk}-%s")) for saved in filters],
        )

    def change_filter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename, share or delete one of one's own."""
        user = self._viewer(request)
        saved = get_object_or_404(user.saved_filters, pk=pk)
        form = FilterForm(request.POST, instance=saved)
        if "_delete" in request.POST:
            saved.delete()
            self.message_user(request, f"“{saved.name}” is deleted.")
        elif not form.is_valid():
            self.message_user(request, "Nothing was changed: a filter needs a name.", messages.ERROR)
        elif user.saved_filters.exclude(pk=pk).filter(name=form.cleaned_data["name"]).exists():
            self.message_user(request, "Nothing was changed: you have a filter of that name.", messages.ERROR)
        else:
            form.save()
            self.message_user(request, f"“{saved.name}” is changed.")
        return redirect("admin:events_event_filters")

    def _viewer(self, request: HttpRequest) -> User:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return at_work(request)
