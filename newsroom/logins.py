"""Who is let in: where a login comes from, and what one is told who has guessed too often."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def client_address(request: HttpRequest) -> str:
    """The address that a request comes from: behind a proxy (HTTPS=1) the last one that the proxy itself noted.

    What stands before it in X-Forwarded-For is whatever the client wrote there.
    """
    noted = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def locked_out(request: HttpRequest, credentials: object = None) -> HttpResponse:
    """What somebody sees whose logins failed too often; even the right password does not help before the time is up."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {**admin.site.each_context(request), "title": "Too many attempts", "minutes": minutes}
    response = render(request, "admin/locked_out.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
