"""One event or editorial: its row, its address, its history."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import F, Q

from events import exporter, revisions, search
from events.documents.records import SubjectDocument
from events.documents.slugs import free_slug
from events.importer.drafts import addresses
from events.models import Event, Subject, validate_slug
from sources.documents import DocumentError

AnySubject = TypeVar("AnySubject", bound=Subject)


def lock(subject: AnySubject) -> AnySubject:
    """The event or editorial with everything, read anew and kept from other writers until the transaction ends."""
    type(subject).objects.filter(pk=subject.pk).update(version=F("version"))
    return read(subject)


def read(subject: AnySubject) -> AnySubject:
    """The event or editorial with everything, read anew."""
    return cast("AnySubject", type(subject).objects.with_everything().get(pk=subject.pk))


def record_revision(subject: Subject, *, editor: User | None, comment: str, is_imported: bool = False) -> None:
    """Record the rows, as they stand now, as the newest revision. The search follows what events say."""
    current = read(subject)
    document = exporter.document(current)
    revisions.record(current, document, editor=editor, comment=comment, is_imported=is_imported)
    if isinstance(subject, Event):
        search.refresh([subject.pk])


def at_address(language: str, date: dt.date, slug: str) -> Event | None:
    """The event that has or had this address."""
    return holder_of(Event, language, date, slug)


def holder_of(model: type[AnySubject], language: str, date: dt.date, slug: str) -> AnySubject | None:
    """The event, or the editorial, that has or had this address."""
    now = Q(language=language, date=date, slug=slug)
    once = Q(redirects__language=language, redirects__date=date, redirects__slug=slug)
    found = model.objects.filter(now).first() or model.objects.filter(once).first()
    return cast("AnySubject | None", found)


def slug_for(subject: Subject, date: dt.date, slug: str, headline: str) -> str:
    """`slug` or one made of the headline or title, as it is free for the event or editorial."""

    def is_free(slug: str) -> bool:
        holder = holder_of(type(subject), subject.language, date, slug)
        return holder is None or holder.pk == subject.pk

    return free_slug(slug, headline, subject.language, is_free)


def keep_address(subject: Subject, former: tuple[str, dt.date, str]) -> None:
    """Let the address that the event or editorial had lead to it, and free its own address of a redirect."""
    language, date, slug = former
    subject.redirects.filter(date=subject.date, slug=subject.slug).delete()
    if slug and former != subject.natural_key():
        subject.redirects.create(language=language, date=date, slug=slug)


def check_slugs(slugs: Iterable[str]) -> None:
    """Raise DocumentError for a slug that cannot stand in an address; an empty one is none."""
    for slug in filter(None, slugs):
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise DocumentError(f"the slug “{slug[:60]}” cannot stand in an address. {error.messages[0]}") from None


def too_long(what: str, value: str, limit: int) -> DocumentError:
    return DocumentError(f"the {what} has {len(value)} characters, at most {limit} fit: “{value[:60]}…”")


def old_slugs(document: SubjectDocument) -> list[str]:
    try:
        return [slug for _, _, slug in addresses(document)]
    except ValueError:
        raise DocumentError(f"an old slug is “slug” or “YYYY-MM-DD/slug”, not {document.old_slugs}") from None
