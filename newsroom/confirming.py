"""What cannot be taken back asks for the password again, even of somebody who is logged in.

A session that was left open in a library, or stolen, is not enough to merge, to erase or to make an account.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters

View = Callable[..., HttpResponse]

LASTS = 15 * 60  # seconds, from one confirmation on
CONFIRMED_AT = "confirmed_at"  # in the session
PASSWORD, OPENED = "_password", "_opened"  # in the posted form; OPENED says that the page was only to be opened
# Addresses of the admin, by name.
GUARDED = frozenset(
    {
        "auth_group_add",
        "auth_group_change",
        "auth_group_delete",
        "auth_user_add",
        "auth_user_change",
        "auth_user_delete",
        "auth_user_password_change",
        "events_event_erase",
        "events_event_erasure",
        "events_tag_merge",
        "sources_publisher_merge",
        "two_factor",
    }
)


def guarded(view: View) -> View:
    """The view, behind a page that asks for the password if its address is one of GUARDED and none was given lately.

    What was posted is posted again together with the password, so that nothing typed is lost.
    """

    @sensitive_post_parameters(PASSWORD)
    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name not in GUARDED or _is_fresh(request):
            return view(request, *args, **kwargs)
        password = request.POST.get(PASSWORD)
        if not password or not _is_right(request, password):
            return _ask(request, is_wrong=password is not None)
        request.session[CONFIRMED_AT] = time.time()
        if OPENED in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return view(request, *args, **kwargs)

    return asking


def _is_fresh(request: HttpRequest) -> bool:
    passed: float = time.time() - request.session.get(CONFIRMED_AT, 0)
    return 0 <= passed < LASTS


def _is_right(request: HttpRequest, password: str) -> bool:
    """Whether it is the person's own password; wrong ones count as failed logins.

    Those are noted with all that was posted, which here is a password under another name, an account, or a passage
    that is to stand nowhere: it is kept out of sight meanwhile.
    """
    posted = request.POST
    request.POST = QueryDict()
    try:
        person = authenticate(request, username=request.user.get_username(), password=password)
    finally:
        request.POST = posted
    return bool(person and person.pk == request.user.pk)


def _ask(request: HttpRequest, *, is_wrong: bool) -> HttpResponse:
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        **admin.site.each_context(request),
        "title": "Confirm that it is you",
        "is_wrong": is_wrong,
        "posted": [(name, value) for name, value in posted if name not in (PASSWORD, "csrfmiddlewaretoken", OPENED)],
        "opened": request.method != "POST" or OPENED in request.POST,
        "minutes": LASTS // 60,
    }
    return TemplateResponse(request, "admin/confirm.html", context)
