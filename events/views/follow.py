"""How readers follow the wiki."""

from django.http import HttpRequest, HttpResponse

from events.models import Category
from events.views.pages import elsewhere, show_page


def follow(request: HttpRequest, language: str) -> HttpResponse:
    """The feeds of an edition and its categories."""
    context = {"categories": Category.objects.all(), "elsewhere": elsewhere(language, "follow")}
    return show_page(request, "events/follow.html", language, context)
