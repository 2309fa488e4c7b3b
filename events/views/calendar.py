"""The front page, the days, and the archive of months and years."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from events import calendars, days, exporter, metadata, opinion, permissions
from events.converters import edition_home
from events.documents import markdown
from events.models import Event
from events.querysets import days_before
from events.views.pages import document_response, elsewhere, formats, moved, show_page, write_document

FRONT_DAYS = 3
RUNNING = 29  # days before a day: with it the last thirty


def front(request: HttpRequest, language: str) -> HttpResponse:
    """The newest days and the month of the newest one."""
    newest, before = days.newest_days(language, FRONT_DAYS)
    context: dict[str, Any] = {"days": newest, "before": before, "things": metadata.of_front}
    context["elsewhere"] = elsewhere(language, "front")
    if newest:
        date = newest[0].date
        context |= _beside(language, date) | {
            "other_years": calendars.other_years(language, date),
            "editorials": opinion.of_late(language, date),
        }
    return show_page(request, "events/front.html", language, context)


def archive(request: HttpRequest, language: str) -> HttpResponse:
    """To the newest year."""
    newest = calendars.newest(language)
    if not newest:
        return redirect("events:front", language=language)
    return redirect("events:year", language=language, year=newest.year)


def year(request: HttpRequest, language: str, year: int) -> HttpResponse:
    """Twelve small calendars."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = calendars.months(language, first, last)
    if not any(month.count for month in months):
        raise Http404("No events in this year.")
    before, after = calendars.neighbours(language, first, last)
    context = {
        "year": year,
        "months": months,
        "count": sum(month.count for month in months),
        "running": days.running(language, first, last),
        "before": before,
        "after": after,
        "years": calendars.years(language),
        "elsewhere": _elsewhere(language, "year", first, last, year),
        "things": lambda site: metadata.of_year(site, year),
    }
    return show_page(request, "events/year.html", language, context)


def month(request: HttpRequest, language: str, year: int, month: int) -> HttpResponse:
    """The days of a month one below the other, its calendar and its topics."""
    address = reverse("events:month", args=[language, year, month])
    if response := moved(request, address):
        return response
    first, last = calendars.month_bounds(year, month)
    calendar = calendars.month(language, year, month)
    if not calendar.count:
        raise Http404("No events in this month.")
    before, after = calendars.neighbours(language, first, last)
    context = {
        "calendar": calendar,
        "days": calendars.days_of_month(language, calendar),
        "running": days.running(language, first, last),
        "before": before,
        "after": after,
        "elsewhere": _elsewhere(language, "month", first, last, year, month),
        "things": lambda site: metadata.of_month(site, first),
    }
    return show_page(request, "events/month.html", language, context)


def day(request: HttpRequest, language: str, day: dt.date) -> HttpResponse:
    """What happened on one day; editors also see what is not public yet, marked as such."""
    if response := moved(request, reverse("events:day", args=[language, day])):
        return response
    found = days.day(language, day)
    sees_all = permissions.may_see_unpublished(request.user)
    unpublished = days.unpublished(language, day) if sees_all else []
    before, after = calendars.neighbours(language, day, day)
    context: dict[str, Any] = {"day": found, "before": before, "after": after, "unpublished": unpublished}
    if not found.count and not unpublished:
        return show_page(request, "404.html", language, context, status=404)
    context |= _beside(language, day) | {
        "other_years": calendars.other_years(language, day),
        "elsewhere": _elsewhere(language, "day", day, day, day),
        "things": lambda site: metadata.of_day(site, found),
        "editorials": opinion.on(language, day),
        "formats": formats("day_document", language, day),
    }
    page = show_page(request, "events/day.html", language, context)
    if sees_all:
        page["Cache-Control"] = "no-store, private"
    return page


def day_document(request: HttpRequest, language: str, day: dt.date, extension: str) -> HttpResponse:
    """The day as a document: `extension` is md, json or xml. An old page's html leads to the page."""
    if extension == "html":
        return redirect("events:day", language=language, day=day, permanent=True)
    if response := moved(request, reverse("events:day_document", args=[language, day, extension])):
        return response
    events = list(Event.objects.public_in(language).on(day).with_everything().order_by("slug"))
    if not events:
        raise Http404("No events on this day.")
    document = exporter.day_document(day, language, events)
    if extension == "md":
        before, _ = calendars.neighbours(language, day, day)
        return document_response(extension, markdown.write_day(document, before, home=edition_home(language)))
    return document_response(extension, write_document(document, extension))


def _elsewhere(language: str, page: str, first: dt.date, last: dt.date, *parts: Any) -> dict[str, str]:
    """The addresses of the same page of the archive in the other editions that have events of its days."""
    return elsewhere(language, page, *parts, among=calendars.other_editions(language, first, last))


def _beside(language: str, date: dt.date) -> dict[str, Any]:
    """What stands beside a day: the calendar of its month, and what was running in the thirty days to it."""
    calendar = calendars.month(language, date.year, date.month)
    return {"calendar": calendar, "running": days.running(language, days_before(date, RUNNING), date)}
