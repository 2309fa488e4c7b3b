"""Merging a tag or a publisher into another: chosen, looked at, done, and undone."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import permissions, services
from events.admin.pages import DeskPages
from events.admin.usage import Usage, publisher_usage, tag_usage
from events.forms import posted_number
from events.importer import tag_merges
from events.models import EventTag, Tag, TagChange
from sources.models import Publisher, PublisherChange, Source

FIELDS = ("name", "description", "wikidata")  # what of both tags stands side by side


class MergeForm(forms.Form):
    """Into which of the others; `search` is the field that finds it while one types."""

    into = forms.ModelChoiceField(Tag.objects.none(), label="Merge it into")

    def __init__(self, others: QuerySet[Any], another: str, search: Any, site: admin.AdminSite, data: Any) -> None:
        # A field with search cannot be shown with what is no number.
        super().__init__({"into": posted_number(data.get("into")) or ""} if data is not None else None)
        into: Any = self.fields["into"]
        into.queryset = others
        into.error_messages["invalid_choice"] = f"Choose {another}."
        into.widget = AutocompleteSelect(search, site, choices=into.choices)


class MergeViews(DeskPages):
    """The page that merges a row into another, and on a row's own page where it stands and what undoes its merges."""

    change_form_template = "admin/merged.html"
    another: str  # what can be chosen, in words
    search: Any
    changes: Any  # the model of the merges
    may_merge: Callable[[permissions.Person], bool]
    usage_of: Callable[[Any], Usage]

    def others(self, row: Any) -> QuerySet[Any]:
        """Into which the row can be merged."""
        raise NotImplementedError

    def preview(self, gone: Any, kept: Any) -> dict[str, Any]:
        """What the merge would do, for the template."""
        raise NotImplementedError

    def merge(self, gone: Any, kept: Any, editor: User) -> None:
        """Raises MergeError."""
        raise NotImplementedError

    def undo(self, change: Any) -> Any:
        """The row that is back. Raises MergeError."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(require_GET(self.choose_view)), name=self._name("choose")),
            path("<int:pk>/merge/now/", wrap(require_POST(self.merge_view)), name=self._name("merge")),
            path("merges/<int:pk>/undo/", wrap(require_POST(self.undo_view)), name=self._name("undo")),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the other; with one chosen, what the merge would do."""
        permissions.at_work(request, self.may_merge)
        row = get_object_or_404(self.model, pk=pk)
        form = self._form(row, request.GET if "into" in request.GET else None)
        into = form.cleaned_data["into"] if form.is_valid() else None
        return self.show(
            request,
            f"{self.opts.app_label}/{self.opts.model_name}/merge",
            f"Merge a {self.opts.verbose_name}",
            row=row,
            form=form,
            media=self.media + form.media,
            into=into,
            **(self.preview(row, into) if into else {}),
        )

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        editor = permissions.at_work(request, self.may_merge)
        gone = get_object_or_404(self.model, pk=pk)
        form = self._form(gone, request.POST)
        if not form.is_valid():
            self.message_user(request, f"Nothing was merged: choose {self.another}.", messages.ERROR)
            return redirect(f"admin:{self._name('choose')}", gone.pk)
        kept = form.cleaned_data["into"]
        try:
            self.merge(gone, kept, editor)
        except services.MergeError as error:
            self.message_user(request, f"Nothing was merged: {error}", messages.ERROR)
            return redirect(f"admin:{self._name('changelist')}")
        self.log_change(request, kept, f"Merged “{gone.name}” into it.")
        text = f"“{gone.name}” was merged into “{kept.name}”. The list at the end of this page undoes it."
        self.message_user(request, text)
        return redirect(f"admin:{self._name('change')}", kept.pk)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        permissions.at_work(request, self.may_merge)
        change = get_object_or_404(self.changes.objects.select_related(self.opts.model_name), pk=pk)
        kept = getattr(change, str(self.opts.model_name))
        try:
            row = self.undo(change)
        except services.MergeError as error:
            self.message_user(request, f"Nothing was undone: {error}", messages.ERROR)
        else:
            self.log_change(request, kept, f"Undid the merge of “{row.name}” into it.")
            self.log_change(request, row, f"Undid the merge into “{kept.name}”.")
            text = f"“{row.name}” is a {self.opts.verbose_name} of its own again, with all that was its before."
            self.message_user(request, text)
        return redirect(f"admin:{self._name('change')}", kept.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Below the form where the row stands, and what was merged into it."""
        if row := context.get("original"):
            merges = row.changes.select_related("editor").defer("gone")
            context["merges"] = merges.annotate(name=KT("gone__name"), events=KT("gone__events"))
            context["may_merge"] = self.may_merge(request.user)
            if request.user.has_perm("events.view_event"):
                context["usage"] = self.usage_of(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def _form(self, row: Any, data: Any) -> MergeForm:
        return MergeForm(self.others(row), self.another, self.search, self.admin_site, data)

    def _name(self, view: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"


class TagMergeViews(MergeViews):
    another = "another tag of the same language"
    search = EventTag._meta.get_field("tag")
    changes = TagChange
    may_merge = staticmethod(permissions.may_merge_tags)
    usage_of = staticmethod(tag_usage)

    def others(self, row: Tag) -> QuerySet[Tag]:
        return Tag.objects.filter(language=row.language).exclude(pk=row.pk)

    def preview(self, gone: Tag, kept: Tag) -> dict[str, Any]:
        both = [(name, getattr(gone, name), getattr(kept, name)) for name in FIELDS]
        return {"preview": tag_merges.preview(gone, kept), "both": both}

    def merge(self, gone: Tag, kept: Tag, editor: User) -> None:
        services.merge_tags(gone, kept, editor=editor)

    def undo(self, change: TagChange) -> Tag:
        return services.undo_merge(change)


class PublisherMergeViews(MergeViews):
    another = "another publisher"
    search = Source._meta.get_field("publisher")
    changes = PublisherChange
    may_merge = staticmethod(permissions.may_merge_publishers)
    usage_of = staticmethod(publisher_usage)

    def others(self, row: Publisher) -> QuerySet[Publisher]:
        return Publisher.objects.exclude(pk=row.pk)

    def preview(self, gone: Publisher, kept: Publisher) -> dict[str, Any]:
        return {"preview": services.preview_publishers(gone)}

    def merge(self, gone: Publisher, kept: Publisher, editor: User) -> None:
        services.merge_publishers(gone, kept, editor=editor)

    def undo(self, change: PublisherChange) -> Publisher:
        return services.undo_publisher_merge(change)
