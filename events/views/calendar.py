"""The front page, the days, and the archive of months and years."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from events import days, exporter
from events.converters import edition_home
from events.documents import markdown
from events.views.pages import document_response, moved, show_page, write_document

FRONT_DAYS = 3


def front(request: HttpRequest, language: str) -> HttpResponse:
    """The newest days and the month of the newest one."""
    newest = days.newest_days(language, FRONT_DAYS)
    context: dict[str, Any] = {"days": newest}
    if newest:
        context |= _beside(language, newest[0].date)
    return show_page(request, "events/front.html", language, context)


def archive(request: HttpRequest, language: str) -> HttpResponse:
    """To the newest year."""
    newest, _ = days.neighbours(language, dt.date.max, dt.date.max)
    if not newest:
        return redirect("events:front", language=language)
    return redirect("events:year", language=language, year=newest.year)


def year(request: HttpRequest, language: str, year: int) -> HttpResponse:
    """Twelve small calendars."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = days.months(language, first, last)
    if not any(month.count for month in months):
        raise Http404("No events in this year.")
    before, after = days.neighbours(language, first, last)
    context = {
        "year": year,
        "months": months,
        "count": sum(month.count for month in months),
        "running": days.running(language, first, last),
        "before": before,
        "after": after,
    }
    return show_page(request, "events/year.html", language, context)


def month(request: HttpRequest, language: str, year: int, month: int) -> HttpResponse:
    """One calendar, and the topics of its month."""
    address = reverse("events:month", args=[language, year, month])
    if response := moved(request, address):
        return response
    first, last = days.month_bounds(year, month)
    context = _beside(language, first)
    if not context["calendar"].count:
        raise Http404("No events in this month.")
    before, after = days.neighbours(language, first, last)
    return show_page(request, "events/month.html", language, context | {"before": before, "after": after})


def day(request: HttpRequest, language: str, day: dt.date) -> HttpResponse:
    """What happened on one day."""
    if response := moved(request, reverse("events:day", args=[language, day])):
        return response
    found = days.day(language, day)
    before, after = days.neighbours(language, day, day)
    context = {"day": found, "before": before, "after": after}
    if not found.count:
        return show_page(request, "404.html", language, context, status=404)
    return show_page(request, "events/day.html", language, context | _beside(language, day))


def day_document(request: HttpRequest, language: str, day: dt.date, extension: str) -> HttpResponse:
    """The day as a document: `extension` is md, json or xml. An old page's html leads to the page."""
    if extension == "html":
        return redirect("events:day", language=language, day=day, permanent=True)
    if response := moved(request, reverse("events:day_document", args=[language, day, extension])):
        return response
    events = list(days.public(language).on(day).with_everything().order_by("slug"))
    if not events:
        raise Http404("No events on this day.")
    document = exporter.day_document(day, language, events)
    if extension == "md":
        before, _ = days.neighbours(language, day, day)
        return document_response(extension, markdown.write_day(document, before, home=edition_home(language)))
    return document_response(extension, write_document(document, extension))


def _beside(language: str, date: dt.date) -> dict[str, Any]:
    """What stands beside the days of a month: its calendar and its topics."""
    first, last = days.month_bounds(date.year, date.month)
    [calendar] = days.months(language, first, last)
    return {"calendar": calendar, "running": days.running(language, first, last)}
