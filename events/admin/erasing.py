"""Erasing a passage for legal reasons: said, looked at, done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from events import permissions, services
from events.admin.pages import DeskPages
from events.documents.erasing import ERASED, Passage
from events.forms import posted_number
from events.models import Subject

SHORTEST = 3  # characters of a passage: a shorter one stands in too many words


class ErasingForm(forms.Form):
    """What is to go, and why."""

    passage = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The exact words. Upper and lower case, and how many blanks there are, make no difference.",
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Reason",
        help_text="Readers of the history see it. Do not repeat the passage.",
    )
    with_sources = forms.BooleanField(
        required=False,
        label="Also erase it in the sources that the event cites",
        help_text="Their titles, authors, abstracts and full texts. Other events may cite the same sources.",
    )

    def clean_passage(self) -> str:
        text: str = self.cleaned_data["passage"]
        if len(text) < SHORTEST:
            raise ValidationError(f"Give at least {SHORTEST} characters: fewer stand in too many words.")
        if Passage(text).stands_in(ERASED):
            raise ValidationError("These words mark what was erased already.")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "passage" in data and Passage(data["passage"]).stands_in(data.get("reason", "")):
            self.add_error("reason", "The reason repeats the passage, and readers would see it.")
        return data


class ErasingViews(DeskPages):
    """The page on which a chief erases a passage. It is posted even to be looked at: addresses are kept in logs."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        look = require_http_methods(["GET", "HEAD", "POST"])(self.erasure_view)
        return [
            path("<int:pk>/erasure/", wrap(look), name=self.named("erasure")),
            path("<int:pk>/erase/", wrap(require_POST(self.erase_view)), name=self.named("erase")),
            *super().get_urls(),
        ]

    def erasure_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What to erase; once it is said, where it stands."""
        editor = self._eraser(request)
        subject = get_object_or_404(self.model, pk=pk)
        form = ErasingForm(request.POST if request.method == "POST" else None, label_suffix="")
        found = None
        if form.is_valid():
            data = form.cleaned_data
            found = services.preview_erasure(subject, data["passage"], editor=editor, with_sources=data["with_sources"])
        return self._show_form(request, subject, form, found)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        editor = self._eraser(request)
        subject = get_object_or_404(self.model, pk=pk)
        form = ErasingForm(request.POST, label_suffix="")
        if not form.is_valid():
            return self._show_form(request, subject, form, None)
        data = form.cleaned_data
        try:
            found = services.erase(
                subject,
                posted_number(request.POST.get("version"), -1),
                data["passage"],
                reason=data["reason"],
                editor=editor,
                with_sources=data["with_sources"],
            )
        except services.StaleVersion:
            text = f"Nothing was erased: somebody else saved this {self.opts.verbose_name} meanwhile. Look at it again."
            self.message_user(request, text, messages.ERROR)
            return self._show_form(request, subject, form, None)
        if not found.count:
            self.message_user(request, "Nothing was erased: the passage stands nowhere by now.", messages.ERROR)
        else:
            self.message_user(request, f"The passage was erased in {found.count} places.")
        return redirect(self.address("history", subject.pk))

    def _eraser(self, request: HttpRequest) -> User:
        return permissions.at_work(request, lambda person: permissions.may_erase(person, self.model))

    def _show_form(self, request: HttpRequest, subject: Subject, form: ErasingForm, found: Any) -> HttpResponse:
        return self.show(
            request,
            "events/event/erasure",
            "Erase a passage",
            subject=subject,
            form=form,
            found=found,
            erasures=subject.erasures.select_related("editor"),
        )
