"""Forms that keep themselves: what is typed goes to the server while one types, and is offered back after a crash."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from events import exporter, permissions, revisions, services
from events.admin import posted
from events.forms import posted_number
from events.models import Event, OpenForm
from events.revisions import FieldDiff

FIELD = "open_form"  # the hidden field of the form that holds its token
BRING_BACK = "_bring_back"  # and a token: show the form with what was typed into another
MAX_DATA = 1_000_000  # characters of a form that are kept
MAX_OFFERS = 3
# What the script says of the form beside its fields.
_SAYS_EVENT, _SAYS_TYPED, _SAYS_LEAVING, _SAYS_KNOWN = "_event", "_typed", "_leaving", "_known"
_NOT_KEPT = {"csrfmiddlewaretoken", FIELD, _SAYS_EVENT, _SAYS_TYPED, _SAYS_LEAVING, _SAYS_KNOWN}


class OpenForms(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """The event form's sign of life, what it keeps, and how that comes back."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("open/<uuid:token>/", wrap(self.open_form_view), name="events_event_open_form"),
            path("open/<uuid:token>/discard/", wrap(require_POST(self.discard_view)), name="events_event_discard"),
            *super().get_urls(),
        ]

    def open_form_view(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        """Keep the form when it is posted; else tell what its posts have to carry since the login began anew."""
        if request.method == "POST":
            return self.keep(request, token)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return JsonResponse({"token": get_token(request)})

    def keep(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        """Keep what was typed so far, if anything was; answer who else is there and whether it was saved meanwhile."""
        user = permissions.at_work(request)
        number = request.POST.get(_SAYS_EVENT)
        event = get_object_or_404(Event, pk=posted_number(number)) if number else None
        self._check_may_type(request, event)
        data = _form_data(request.POST) if _SAYS_TYPED in request.POST else None
        if data and len(data) > MAX_DATA:
            return JsonResponse({"error": "The form is too long to be kept before it is saved."}, status=413)
        version = posted_number(request.POST.get("version"))
        try:
            services.keep_form(
                token,
                editor=user,
                model=Event,
                subject=event,
                version=version,
                data=data,
                is_leaving=_SAYS_LEAVING in request.POST,
                is_new=_SAYS_KNOWN not in request.POST,
            )
        except services.NotYours:
            raise PermissionDenied from None
        return JsonResponse({"news": news(event, version, user, token)})

    def discard_view(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        """Forget what was typed; only its editor may."""
        user = permissions.at_work(request)
        row = get_object_or_404(OpenForm, token=token, editor=user)
        services.close_form(token, editor=user)
        self.message_user(request, "What you had typed was discarded.", messages.SUCCESS)
        if row.event_id:
            return redirect("admin:events_event_change", row.event_id)
        return redirect("admin:events_event_add")

    def _check_may_type(self, request: HttpRequest, event: Event | None) -> None:
        if event is None:
            is_allowed = self.has_add_permission(request)
        else:
            is_allowed = self.has_change_permission(request, event) or permissions.may_propose(request.user, event)
        if not is_allowed:
            raise PermissionDenied

    # --- The form -------------------------------------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With a token for this form, and what the editor had typed into another one that was never saved."""
        user = permissions.at_work(request)
        event: Event | None = context.get("original")
        token = posted_token(request.POST) or uuid.uuid4()
        version = posted_number(request.POST.get("version"), event.version if event else 0)
        context["open_form"] = {
            "token": token,
            "address": reverse("admin:events_event_open_form", args=[token]),
            "event": event.pk if event else "",
            "is_typed": request.method == "POST",
            "news": news(event, version, user, token),
            "offers": offers(user, event) if request.method == "GET" else [],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def unsaved_form(self, request: HttpRequest, event: Event | None) -> QueryDict:
        """The data of the form that is to be brought back, under its own token. Raises Http404 for anybody else's."""
        token = posted_token(request.POST, BRING_BACK)
        mine = OpenForm.objects.filter(editor=permissions.at_work(request), event=event).exclude(data="")
        row = mine.filter(token=token).first() if token else None
        if row is None:
            raise Http404("No such form.")
        self._check_may_type(request, event)
        data = QueryDict(row.data, mutable=True)
        data[FIELD] = str(row.token)
        return data

    def response_add(self, request: HttpRequest, obj: Event, post_url_continue: str | None = None) -> HttpResponse:
        _close(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Event) -> HttpResponse:
        _close(request)
        return super().response_change(request, obj)


def posted_token(post: QueryDict, name: str = FIELD) -> uuid.UUID | None:
    try:
        return uuid.UUID(post.get(name, ""))
    except ValueError:
        return None


def news(event: Event | None, version: int, editor: User, token: uuid.UUID) -> str:
    """What the editor of a form should know of the event: who else is at it, and who saved it since it was opened."""
    if event is None:
        return ""
    sentences = []
    forms = [form for form in services.open_forms(event) if form.token != token]
    others = list(dict.fromkeys(form.editor.get_username() for form in forms if form.editor_id != editor.pk))
    if others:
        have = "have" if len(others) > 1 else "has"
        sentences.append(f"{' and '.join(others)} {have} this event open too.")
    if len(forms) > sum(form.editor_id != editor.pk for form in forms):
        sentences.append("You have it open in another window.")
    if services.was_saved_since(event, version) and (last := event.revisions.newest()):
        moment = time_format(localtime(last.recorded_at), "H:i")
        who = "You" if last.editor_id == editor.pk else last.contributor or "An import"
        sentences.append(f"{who} saved it at {moment}; what you save is merged with that.")
    return " ".join(sentences)


def offers(editor: User, event: Event | None) -> list[tuple[OpenForm, list[FieldDiff]]]:
    """What the editor had typed for the event, or for a new one, each with what it would change; newest first."""
    found = []
    for row in services.unsaved_forms(editor).filter(event=event)[:MAX_OFFERS]:
        fields = _changes(QueryDict(row.data), event, row)
        if fields:
            found.append((row, fields))
    return found


def _changes(data: QueryDict, event: Event | None, row: OpenForm) -> list[FieldDiff]:
    """What the form would change; nothing if it says only what is saved by now."""
    if event:
        merge = posted.merge(data, event)
        return revisions.compare(exporter.event_document(merge.saved), merge.document)
    typed = posted.read(data, posted.NOTHING).document
    if Event.objects.filter(date=typed.date, headline=typed.headline, created_at__gte=row.opened_at).exists():
        return []
    shown = ("Headline", "Topics", "Tags", "Citations", "Summary", "Related events", "Image", "Image caption")
    texts = revisions.texts(typed)
    return revisions.compare_texts({}, {name: texts[name] for name in shown if texts[name]})


def _form_data(post: QueryDict) -> str:
    data = post.copy()
    for name in _NOT_KEPT & data.keys():
        del data[name]
    return data.urlencode()


def _close(request: HttpRequest) -> None:
    if token := posted_token(request.POST):
        services.close_form(token, editor=permissions.at_work(request))
