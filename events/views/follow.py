"""How readers follow the wiki."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from events.models import Category
from events.views.pages import show_page


def follow(request: HttpRequest, language: str) -> HttpResponse:
    """The feeds of an edition and its categories."""
    elsewhere = {other: reverse("events:follow", args=[other]) for other in settings.EDITIONS if other != language}
    context = {"categories": Category.objects.all(), "elsewhere": elsewhere}
    return show_page(request, "events/follow.html", language, context)
