"""Forms that keep themselves: what is typed goes to the server while one types, and is offered back after a crash."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from events import exporter, permissions, revisions, services
from events.admin import merges
from events.admin.pages import DeskPages
from events.documents.records import EventDocument
from events.forms import posted_number
from events.models import OpenForm, Subject
from events.revisions import FieldDiff

FIELD = "open_form"  # the hidden field of the form that holds its token
BRING_BACK = "_bring_back"  # and a token: show the form with what was typed into another
MAX_DATA = 1_000_000  # characters of a form that are kept
MAX_OFFERS = 3
# Of a new one, what its editor has typed and no form fills by itself.
_SHOWN = (
    *("Headline", "Topics", "Tags", "Citations", "Summary", "Related events", "Image", "Image caption"),
    *("Title", "Author", "Standfirst", "Body"),
)
# What the script says of the form beside its fields.
_SAYS_EVENT, _SAYS_TYPED, _SAYS_LEAVING, _SAYS_KNOWN = "_event", "_typed", "_leaving", "_known"
_NOT_KEPT = {"csrfmiddlewaretoken", FIELD, _SAYS_EVENT, _SAYS_TYPED, _SAYS_LEAVING, _SAYS_KNOWN}


class OpenForms(DeskPages):
    """A form's sign of life, what it keeps, and how that comes back."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("open/<uuid:token>/", wrap(self.open_form_view), name=self.named("open_form")),
            path("open/<uuid:token>/discard/", wrap(require_POST(self.discard_view)), name=self.named("discard")),
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
        subject = get_object_or_404(self.model, pk=posted_number(number)) if number else None
        self._check_may_type(request, subject)
        data = _form_data(request.POST) if _SAYS_TYPED in request.POST else None
        if data and len(data) > MAX_DATA:
            return JsonResponse({"error": "The form is too long to be kept before it is saved."}, status=413)
        version = posted_number(request.POST.get("version"))
        try:
            services.keep_form(
                token,
                editor=user,
                model=self.model,
                subject=subject,
                version=version,
                data=data,
                is_leaving=_SAYS_LEAVING in request.POST,
                is_new=_SAYS_KNOWN not in request.POST,
            )
        except services.NotYours:
            raise PermissionDenied from None
        return JsonResponse({"news": news(subject, version, user, token)})

    def discard_view(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        """Forget what was typed; only its editor may."""
        user = permissions.at_work(request)
        row = get_object_or_404(OpenForm, token=token, editor=user, kind=self.opts.model_name)
        services.close_form(token, editor=user)
        self.message_user(request, "What you had typed was discarded.", messages.SUCCESS)
        return redirect(self.address("change", row.subject.pk) if row.subject else self.address("add"))

    def _check_may_type(self, request: HttpRequest, subject: Subject | None) -> None:
        if subject is None:
            is_allowed = self.has_add_permission(request)
        else:
            is_allowed = self.has_change_permission(request, subject)
        if not is_allowed:
            raise PermissionDenied

    # --- The form -------------------------------------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With a token for this form, and what the editor had typed into another one that was never saved."""
        user = permissions.at_work(request)
        subject: Subject | None = context.get("original")
        token = posted_token(request.POST) or uuid.uuid4()
        version = posted_number(request.POST.get("version"), subject.version if subject else 0)
        context["open_form"] = {
            "token": token,
            "address": self.address("open_form", token),
            "event": subject.pk if subject else "",
            "is_typed": request.method == "POST",
            "news": news(subject, version, user, token),
            "offers": offers(user, self.model, subject) if request.method == "GET" else [],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def unsaved_form(self, request: HttpRequest, subject: Subject | None) -> QueryDict:
        """The data of the form that is to be brought back, under its own token. Raises Http404 for anybody else's."""
        token = posted_token(request.POST, BRING_BACK)
        mine = OpenForm.objects.of(self.model, subject).filter(editor=permissions.at_work(request)).exclude(data="")
        row = mine.filter(token=token).first() if token else None
        if row is None:
            raise Http404("No such form.")
        self._check_may_type(request, subject)
        data = QueryDict(row.data, mutable=True)
        data[FIELD] = str(row.token)
        return data

    def response_add(self, request: HttpRequest, obj: Subject, post_url_continue: str | None = None) -> HttpResponse:
        _close(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Subject) -> HttpResponse:
        _close(request)
        return super().response_change(request, obj)


def posted_token(post: QueryDict, name: str = FIELD) -> uuid.UUID | None:
    try:
        return uuid.UUID(post.get(name, ""))
    except ValueError:
        return None


def news(subject: Subject | None, version: int, editor: User, token: uuid.UUID) -> str:
    """What the editor of a form should know: who else is at it, and who saved it since it was opened."""
    if subject is None:
        return ""
    sentences = []
    forms = [form for form in services.open_forms(subject) if form.token != token]
    others = list(dict.fromkeys(form.editor.get_username() for form in forms if form.editor_id != editor.pk))
    if others:
        have = "have" if len(others) > 1 else "has"
        sentences.append(f"{' and '.join(others)} {have} this {subject._meta.verbose_name} open too.")
    if len(forms) > sum(form.editor_id != editor.pk for form in forms):
        sentences.append("You have it open in another window.")
    if services.was_saved_since(subject, version) and (last := subject.revisions.newest()):
        moment = time_format(localtime(last.recorded_at), "H:i")
        who = "You" if last.editor_id == editor.pk else last.contributor or "An import"
        sentences.append(f"{who} saved it at {moment}; what you save is merged with that.")
    return " ".join(sentences)


def offers(editor: User, model: type[Subject], subject: Subject | None) -> list[tuple[OpenForm, list[FieldDiff]]]:
    """What the editor had typed for it, or for a new one of `model`, each with what it would change; newest first."""
    found = []
    for row in services.unsaved_forms(editor).of(model, subject)[:MAX_OFFERS]:
        fields = _changes(QueryDict(row.data), model, subject, row)
        if fields:
            found.append((row, fields))
    return found


def _changes(data: QueryDict, model: type[Subject], subject: Subject | None, row: OpenForm) -> list[FieldDiff]:
    """What the form would change; nothing if it says only what is saved by now."""
    if subject:
        merge = merges.merge(data, subject)
        return revisions.compare(exporter.document(merge.saved), merge.document)
    typed = merges.read_new(data, model)
    said = {"headline": typed.headline} if isinstance(typed, EventDocument) else {"title": typed.title}
    if model.objects.filter(**said, date=typed.date, created_at__gte=row.opened_at).exists():
        return []
    texts = revisions.texts(typed)
    return revisions.compare_texts({}, {name: texts[name] for name in _SHOWN if texts.get(name)})


def _form_data(post: QueryDict) -> str:
    data = post.copy()
    for name in _NOT_KEPT & data.keys():
        del data[name]
    return data.urlencode()


def _close(request: HttpRequest) -> None:
    if token := posted_token(request.POST):
        services.close_form(token, editor=permissions.at_work(request))
