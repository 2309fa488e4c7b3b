"""Merging a publisher into another: chosen, looked at, done, and undone."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import permissions, services
from events.admin.usage import publisher_usage
from events.forms import posted_number
from sources.models import Publisher, PublisherChange, Source


class MergePublisherForm(forms.Form):
    """Into which publisher."""

    into = forms.ModelChoiceField(
        Publisher.objects.none(), label="Merge it into", error_messages={"invalid_choice": "Choose another publisher."}
    )

    def __init__(self, publisher: Publisher, site: admin.AdminSite, data: Any = None) -> None:
        # A field with search cannot be shown with what is no number.
        super().__init__({"into": posted_number(data.get("into")) or ""} if data is not None else None)
        into: Any = self.fields["into"]
        into.queryset = Publisher.objects.exclude(pk=publisher.pk)
        into.widget = AutocompleteSelect(Source._meta.get_field("publisher"), site, choices=into.choices)


class PublisherMergeViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """The page that merges a publisher into another, and on the publisher's own page its use and the undo."""

    change_form_template = "admin/sources/publisher/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(require_GET(self.choose_view)), name="sources_publisher_choose"),
            path("<int:pk>/merge/now/", wrap(require_POST(self.merge_view)), name="sources_publisher_merge"),
            path("merges/<int:pk>/undo/", wrap(require_POST(self.undo_view)), name="sources_publisher_undo"),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the other publisher; with one chosen, what the merge would do."""
        permissions.at_work(request, permissions.may_merge_publishers)
        publisher = get_object_or_404(Publisher, pk=pk)
        form = MergePublisherForm(publisher, self.admin_site, request.GET if "into" in request.GET else None)
        into = form.cleaned_data["into"] if form.is_valid() else None
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Merge a publisher",
            "publisher": publisher,
            "form": form,
            "media": self.media + form.media,
            "into": into,
            "preview": services.preview_publishers(publisher) if into else None,
        }
        return TemplateResponse(request, "admin/sources/publisher/merge.html", context)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        editor = permissions.at_work(request, permissions.may_merge_publishers)
        gone = get_object_or_404(Publisher, pk=pk)
        form = MergePublisherForm(gone, self.admin_site, request.POST)
        if not form.is_valid():
            self.message_user(request, "Nothing was merged: choose another publisher.", messages.ERROR)
            return redirect("admin:sources_publisher_choose", gone.pk)
        kept = form.cleaned_data["into"]
        try:
            services.merge_publishers(gone, kept, editor=editor)
        except services.PublisherMergeError as error:
            self.message_user(request, f"Nothing was merged: {error}", messages.ERROR)
            return redirect("admin:sources_publisher_changelist")
        self.log_change(request, kept, f"Merged “{gone.name}” into it.")
        text = f"“{gone.name}” was merged into “{kept.name}”. The list at the end of this page undoes it."
        self.message_user(request, text)
        return redirect("admin:sources_publisher_change", kept.pk)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        permissions.at_work(request, permissions.may_merge_publishers)
        change = get_object_or_404(PublisherChange.objects.select_related("publisher"), pk=pk)
        kept = change.publisher
        try:
            publisher = services.undo_publisher_merge(change)
        except services.PublisherMergeError as error:
            self.message_user(request, f"Nothing was undone: {error}", messages.ERROR)
        else:
            self.log_change(request, kept, f"Undid the merge of “{publisher.name}” into it.")
            self.message_user(request, f"“{publisher.name}” is a publisher of its own again.")
        return redirect("admin:sources_publisher_change", kept.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The publisher's form, and below it where it is cited and what was merged into it."""
        publisher = self.get_object(request, object_id)
        context: dict[str, Any] = {"may_merge": permissions.may_merge_publishers(request.user)}
        if isinstance(publisher, Publisher) and request.user.has_perm("events.view_event"):
            context["usage"] = publisher_usage(publisher)
        if isinstance(publisher, Publisher):
            changes = PublisherChange.objects.filter(publisher=publisher).select_related("editor").defer("gone")
            context["merges"] = changes.annotate(name=KT("gone__name"))
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))
