"""Merging a tag into another: chosen, looked at, done, and undone."""

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

from events import services
from events.admin.usage import tag_usage
from events.forms import posted_number
from events.importer import tag_merges
from events.models import EventTag, Tag, TagChange
from events.permissions import at_work, may_merge_tags

FIELDS = ("name", "description", "wikidata")  # what of both stands side by side


class MergeForm(forms.Form):
    """Into which tag. Only one of the same language can be chosen."""

    into = forms.ModelChoiceField(
        Tag.objects.none(),
        label="Merge it into",
        error_messages={"invalid_choice": "Choose another tag of the same language."},
    )

    def __init__(self, tag: Tag, site: admin.AdminSite, data: Any = None) -> None:
        # A field with search cannot be shown with what is no number.
        super().__init__({"into": posted_number(data.get("into")) or ""} if data is not None else None)
        into: Any = self.fields["into"]
        into.queryset = Tag.objects.filter(language=tag.language).exclude(pk=tag.pk)
        into.widget = AutocompleteSelect(EventTag._meta.get_field("tag"), site, choices=into.choices)


class TagMergeViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """The page that merges a tag into another, and the list on the tag's own page that undoes it."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(require_GET(self.choose_view)), name="events_tag_choose"),
            path("<int:pk>/merge/now/", wrap(require_POST(self.merge_view)), name="events_tag_merge"),
            path("merges/<int:pk>/undo/", wrap(require_POST(self.undo_view)), name="events_tag_undo"),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the other tag; with one chosen, what the merge would do."""
        at_work(request, may_merge_tags)
        tag = get_object_or_404(Tag, pk=pk)
        form = MergeForm(tag, self.admin_site, request.GET if "into" in request.GET else None)
        into = form.cleaned_data["into"] if form.is_valid() else None
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Merge a tag",
            "tag": tag,
            "form": form,
            "media": self.media + form.media,
            "into": into,
            "preview": tag_merges.preview(tag, into) if into else None,
            "both": [(name, getattr(tag, name), getattr(into, name)) for name in FIELDS] if into else [],
        }
        return TemplateResponse(request, "admin/events/tag/merge.html", context)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        editor = at_work(request, may_merge_tags)
        gone = get_object_or_404(Tag, pk=pk)
        form = MergeForm(gone, self.admin_site, request.POST)
        if not form.is_valid():
            self.message_user(request, "Nothing was merged: choose another tag of the same language.", messages.ERROR)
            return redirect("admin:events_tag_choose", gone.pk)
        kept = form.cleaned_data["into"]
        try:
            change = services.merge_tags(gone, kept, editor=editor)
        except tag_merges.TagMergeError as error:
            self.message_user(request, f"Nothing was merged: {error}", messages.ERROR)
            return redirect("admin:events_tag_changelist")
        self.log_change(request, kept, f"Merged “{gone.name}” into it.")
        text = f"“{gone.name}” was merged into “{kept.name}”. The list at the end of this page undoes it."
        self.message_user(request, text)
        return redirect("admin:events_tag_change", change.tag_id)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        at_work(request, may_merge_tags)
        change = get_object_or_404(TagChange.objects.select_related("tag"), pk=pk)
        kept = change.tag
        try:
            tag = services.undo_merge(change)
        except tag_merges.TagMergeError as error:
            self.message_user(request, f"Nothing was undone: {error}", messages.ERROR)
        else:
            self.log_change(request, kept, f"Undid the merge of “{tag.name}” into it.")
            self.log_change(request, tag, f"Undid the merge into “{kept.name}”.")
            self.message_user(request, f"“{tag.name}” is a tag of its own again, with its names and its events.")
        return redirect("admin:events_tag_change", kept.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The tag's form, and below it the tags that were merged into this one."""
        tag = self.get_object(request, object_id)
        changes = TagChange.objects.filter(tag=tag).select_related("editor").defer("gone")
        merges = changes.annotate(name=KT("gone__name"), events=KT("gone__events")) if tag else []
        usage = tag_usage(tag) if isinstance(tag, Tag) and request.user.has_perm("events.view_event") else None
        context = {"merges": merges, "may_merge": may_merge_tags(request.user), "usage": usage}
        context |= extra_context or {}
        return super().change_view(request, object_id, form_url, context)
