"""Pages of the desk's own: what they all show, lists page by page, and the way back to such a list."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from events.forms import posted_number


class DeskPages(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    def show(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """The page of a template below `admin/`, with what every page of the desk needs."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/{template}.html", shared | context)

    def named(self, page: str) -> str:
        """The name of a page of this model's own, as Django names them: events_event_history."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def address(self, page: str, *arguments: object) -> str:
        return reverse(f"admin:{self.named(page)}", args=arguments)


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """The rows of the page that the address asks for, or of the nearest that there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def back_to_page(request: HttpRequest, view: str) -> HttpResponse:
    """To the page of the list that the button stood on."""
    number = posted_number(request.POST.get("page"), 1)
    return redirect(f"{reverse(view)}?page={number}" if number > 1 else reverse(view))
