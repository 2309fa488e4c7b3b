"""What readers will see that they do not see yet: for the desk, and by a signed link for others."""

import datetime as dt
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from events import importer, revisions, services, views
from events.choices import RevisionKind, Status
from events.models import Editorial, Event, Revision
from sources.documents import DocumentError

LASTS = dt.timedelta(days=7)
SALT = "events.preview"
PAGE = "events/preview.html"
Words = str | Promise  # of a page, translated when it is shown
# As they stand in the sentence that says who does not see this.
STATES: dict[Status, Words] = {
    Status.DRAFT: gettext_lazy("draft"),
    Status.REVIEW: gettext_lazy("in review"),
    Status.SCHEDULED: gettext_lazy("scheduled"),
    Status.PUBLISHED: gettext_lazy("published"),
    Status.WITHDRAWN: gettext_lazy("withdrawn"),
}


def link(revision: Revision) -> str:
    """An address that shows this one state, or what it proposes, to whoever has it, while LASTS."""
    subject = revision.subject
    token = signing.dumps([subject._meta.model_name, subject.pk, revision.number], salt=SALT)
    return reverse("events:preview", args=[revision.subject.language, token])


def preview(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """The state that a link names, if it still waits; else only what became of it."""
    try:
        kind, pk, number = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired:
        return _over(request, language, gettext_lazy("This link has expired. Ask for a new one."))
    except signing.BadSignature:
        raise Http404("No such preview.") from None
    revision = Revision.objects.filter(**{kind: pk}, number=number).select_related("event", "editorial").first()
    if revision is None or revision.subject.language != language:
        raise Http404("No such preview.")
    if reason := _outdated(revision):
        return _over(request, language, reason)
    if revision.kind == RevisionKind.SAVED and revision.subject.is_public:
        return redirect(revision.subject)
    return show(request, revision)


def show(request: HttpRequest, revision: Revision, **context: Any) -> HttpResponse:
    """The page that readers will see, by the same template and the same queries, under a bar that says what it is.

    `revision` is the newest state of its event, or a proposal: this one is written, shown, and taken back.
    """
    subject = revision.subject
    extra = {"state": STATES[Status(subject.status)], "revision": revision, "subject": subject, **context}
    if isinstance(subject, Editorial):
        extra["previewed"] = "opinion/editorial.html"
        return _private(views.editorial_page(request, importer.read(subject), PAGE, **extra))
    extra["previewed"] = "events/event.html"
    if revision.kind == RevisionKind.SAVED:
        return _private(views.event_page(request, _read(subject.pk), PAGE, **extra))
    with transaction.atomic():
        try:
            event = importer.lock(revision.proposal.event)
            base = services.base_of(revision.proposal)
            document, _ = services.merge_onto(event, base, revisions.read(revision))
            event = importer.write_event(event, document)
            response = views.event_page(request, _read(event.pk), PAGE, **extra)
        except DocumentError as error:
            response = _over(
                request, subject.language, format_lazy(gettext_lazy("This cannot be shown: {reason}"), reason=error)
            )
        finally:
            transaction.set_rollback(True)
    return _private(response)


def _read(pk: int) -> Event:
    """The event with what its page shows, as the page of a public one reads it."""
    event: Event = views.with_sources(Event.objects.filter(pk=pk)).get()
    return event


def _outdated(revision: Revision) -> Words:
    """Why a link to the revision shows nothing any more; empty if it still waits."""
    event = revision.subject
    if event.status == Status.WITHDRAWN:
        return gettext_lazy("This was withdrawn.")
    if revision.kind == RevisionKind.PROPOSED:
        proposal = getattr(revision, "proposal", None)
        return "" if proposal and not proposal.decided_at else gettext_lazy("This proposal has been decided.")
    newest = event.revisions.newest()
    return "" if newest == revision else gettext_lazy("This was changed since. Ask for a new link.")


def _over(request: HttpRequest, language: str, reason: Words) -> HttpResponse:
    context = {"reason": reason}
    return _private(views.show_page(request, "events/preview_over.html", language, context, status=410))


def _private(response: HttpResponse) -> HttpResponse:
    """For nobody else: not kept by caches, not found by search engines, not told to other sites."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def expires() -> dt.datetime:
    """Until when a link that is made now shows something."""
    return timezone.now() + LASTS
