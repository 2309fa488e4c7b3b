"""The way back to a list of which an editor has decided one case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from events.forms import posted_number


def back_to_page(request: HttpRequest, view: str) -> HttpResponse:
    """To the page of the list that the button stood on."""
    number = posted_number(request.POST.get("page"), 1)
    return redirect(f"{reverse(view)}?page={number}" if number > 1 else reverse(view))
