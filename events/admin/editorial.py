"""Editorials at the desk, beside the events and with the same guards."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from events import permissions, revisions, services
from events.admin import merges, states
from events.admin.erasing import ErasingViews
from events.admin.guarded import GuardedForm
from events.admin.history import HistoryViews
from events.admin.preview import PreviewViews
from events.forms import EditorialForm
from events.models import Editorial, Subject
from events.permissions import OPEN_TO_ALL, at_work


@admin.register(Editorial)
class EditorialAdmin(
    GuardedForm,
    PreviewViews,
    HistoryViews,
    ErasingViews,
    admin.ModelAdmin,  # type: ignore[type-arg]  # generic for mypy only
):
    form = EditorialForm
    change_form_template = "admin/events/editorial/change_form.html"
    # In the order of thought.
    fieldsets = (
        (None, {"fields": ("title", "standfirst", "author")}),
        ("Text", {"fields": ("body",)}),
        ("Date and address", {"fields": ("date", "language", "slug")}),
    )
    list_display = ("title", "author", "date", "language", "status")
    list_filter = ("status", "language")
    search_fields = ("title", "author", "standfirst")
    date_hierarchy = "date"
    list_per_page = 50

    def has_change_permission(self, request: HttpRequest, obj: Subject | None = None) -> bool:
        """What readers see is changed by those who may publish."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or permissions.may_write(request.user, obj))

    def refuse(self, request: HttpRequest, subject: Subject) -> HttpResponse:
        """A save by somebody who could change it when they opened it is kept, marked as not taken."""
        began = merges.opened(request.POST, subject)
        if began is None or revisions.read_any(began).status not in OPEN_TO_ALL:
            return super().refuse(request, subject)
        editor = at_work(request, lambda person: person.has_perm("events.change_editorial"))
        mine = merges.merge(request.POST, subject).mine
        services.keep_refused(subject, mine, editor=editor, comment=states.comment(request))
        text = "It went on meanwhile, and only an editor may change it now. What you wrote is kept here, as not taken."
        self.message_user(request, text, messages.WARNING)
        return redirect(self.address("history", subject.pk))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            services.record_first(form.instance, editor=at_work(request), comment=states.comment(request))
