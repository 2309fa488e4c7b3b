"""Events that look alike: told apart, or joined."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from msgspec.structs import replace

from events import exporter, importer
from events.choices import LinkKind, Status
from events.documents.merging import merge
from events.documents.records import EventDocument, RelatedDocument
from events.models import Event, LookAlike
from events.services.editing import StaleVersion, rewrite


def tell_apart(pair: LookAlike, *, editor: User) -> None:
    """Decide that the two are two events."""
    _decide(LookAlike.objects.filter(pk=pair.pk), editor)


def join(pair: LookAlike, kept: Event, seen: Mapping[int, int], *, editor: User) -> Event:
    """Decide that the two are one event: `kept` gains what the other adds, and the other is withdrawn.

    What leads to the other leads to the kept one from then on. Every event that changes gets one revision, so the
    history undoes it. `seen` are the versions of both that the editor saw, by their ids; raises StaleVersion, with
    nothing written, if one of them was saved since.
    """
    gone = pair.other if kept == pair.one else pair.one
    with transaction.atomic():
        leading = Event.objects.filter(related_links__target=gone).exclude(pk=kept.pk)
        # In one order everywhere, so that no two editors wait for one another.
        wanted = sorted({kept.pk, gone.pk, *leading.values_list("pk", flat=True)})
        locked = {pk: importer.lock(Event(pk=pk)) for pk in wanted}
        kept, gone = locked.pop(kept.pk), locked.pop(gone.pk)
        for event in (kept, gone):
            if seen.get(event.pk) != event.version:
                raise StaleVersion(event)
        document, added = exporter.event_document(kept), exporter.event_document(gone)
        kept = rewrite(kept, None, _joined(document, added), editor=editor, comment=f"Joined with {_name(gone)}")
        address = f", {kept.get_absolute_url()}" if kept.is_public else ""
        reason = f"The same event as {_name(kept)}{address}"
        withdrawn = replace(added, status=Status.WITHDRAWN, withdrawn_reason=reason)
        rewrite(gone, None, withdrawn, editor=editor, comment=f"Joined with {_name(kept)}")
        for event in locked.values():
            document = exporter.event_document(event)
            document = replace(document, related=_led_to(kept, gone, document.related))
            rewrite(event, None, document, editor=editor, comment=f"Leads to {_name(kept)}, which is the same event")
        _pass_on(gone, kept, editor)
        return kept


def _name(event: Event) -> str:
    """The event in a comment or reason, which readers of another one may see: by its headline if that is public."""
    if not event.is_public:
        return "an event that is not public"
    return f"“{Truncator(event.headline).chars(100)}”"


def _joined(kept: EventDocument, gone: EventDocument) -> EventDocument:
    """`kept` with what `gone` adds; its own text, address and state stand."""
    merged = merge(kept, gone)
    both = {(document.date, document.slug) for document in (kept, gone)}
    return replace(
        merged,
        headline=kept.headline,
        slug=kept.slug,
        old_slugs=kept.old_slugs,
        status=kept.status,
        withdrawn_reason=kept.withdrawn_reason,
        related=tuple(link for link in merged.related if (link.date, link.slug) not in both),
    )


def _led_to(kept: Event, gone: Event, links: Iterable[RelatedDocument]) -> tuple[RelatedDocument, ...]:
    """The links with those to `gone` leading to `kept`; of two that lead there an editor's stands, not an archive's."""
    found: dict[tuple[object, str], RelatedDocument] = {}
    for link in links:
        if (link.date, link.slug) == (gone.date, gone.slug):
            link = replace(link, date=kept.date, slug=kept.slug, headline=kept.headline)
        known = found.setdefault((link.date, link.slug), link)
        first, second = (link, known) if known.kind == LinkKind.IMPORTED else (known, link)
        found[link.date, link.slug] = replace(
            first, context=first.context or second.context, note=first.note or second.note
        )
    return tuple(found.values())


def _pass_on(gone: Event, kept: Event, editor: User) -> None:
    """What still looks like the withdrawn event looks like the kept one."""
    pairs = LookAlike.objects.filter(Q(one=gone) | Q(other=gone), decided_at=None)
    for pair in pairs:
        third = pair.other_id if pair.one_id == gone.pk else pair.one_id
        if third != kept.pk:
            one, other = sorted((kept.pk, third))
            LookAlike.objects.get_or_create(one_id=one, other_id=other, defaults={"likeness": pair.likeness})
    _decide(pairs, editor)


def _decide(pairs: QuerySet[LookAlike], editor: User) -> None:
    pairs.filter(decided_at=None).update(decided_at=timezone.now(), decided_by=editor)
