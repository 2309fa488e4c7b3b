"""The words in which the other rooms ask for events and tags. The only definition of what is public."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.choices import RevisionKind, Status
from sources.documents.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from events.models import (
        Category,
        Citation,
        Editorial,  # noqa: F401  # named in the brackets of a class
        Event,  # noqa: F401  # named in the brackets of a class
        EventTag,
        OpenForm,  # noqa: F401  # named in the brackets of a class
        RelatedLink,
        Revision,
        SavedFilter,
        Subject,
        Tag,
        TagAlias,
    )
    from sources.models import Publisher, Source

# How a revision's text says the state of its event. That of a published one does not, and inside a text the quotes
# are escaped.
STATUS_TEXT = '"status":"{}"'


def beginning(date: dt.date) -> dt.datetime:
    """The moment at which a date begins in the wiki's time zone."""
    # Before the second day no moment has a name in every zone.
    return dt.datetime.combine(max(date, dt.date(1, 1, 2)), dt.time(), timezone.get_default_timezone())


def days_before(date: dt.date, number: int) -> dt.date:
    """The date so many days before another, or the first that there is."""
    return dt.date.fromordinal(max(date.toordinal() - number, 1))


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class DatedQuerySet(models.QuerySet[_Row]):
    """What is asked of events and of editorials alike."""

    def get_by_natural_key(self, language: str, date: str, slug: str) -> _Row:
        return self.get(language=language, date=date, slug=slug)

    def published(self) -> Self:
        """What readers may see."""
        return self.filter(status=Status.PUBLISHED)

    def public_in(self, language: str) -> Self:
        """What readers of an edition may see."""
        return self.published().in_language(language)

    def withdrawn(self) -> Self:
        """What readers may no longer see; those who come back to one that was public are told why."""
        return self.filter(status=Status.WITHDRAWN)

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def on(self, date: dt.date) -> Self:
        return self.filter(date=date)

    def once_at(self, date: dt.date, slug: str) -> Self:
        """Those that have moved from that address of their language."""
        return self.filter(redirects__language=F("language"), redirects__date=date, redirects__slug=slug)

    def found_at(self, date: dt.date, slug: str) -> _Row | None:
        """The one that has that address, else one that has moved from it."""
        return self.on(date).filter(slug=slug).first() or self.once_at(date, slug).first()

    def latest_first(self) -> Self:
        """Those that readers know, by when they came to know of them; one index has this order within an edition."""
        return self.filter(published_at__isnull=False).order_by("-published_at", "-pk")

    def newest_first(self) -> Self:
        return self.order_by("-date", "slug")


class EventQuerySet(DatedQuerySet["Event"]):
    def bearing(self, tag: "Tag") -> Self:
        """Public events of a tag, their date once more as `at`, by which one index finds the newest of them."""
        # For "= TRUE" Django says the bare "is_public", which leads SQLite to no index.
        public = self.published().filter(event_tags__tag=tag, event_tags__is_public__in=[True])
        return public.annotate(at=F("event_tags__date"))

    def reported_by(self, publisher_id: int, *, by_date: bool = False) -> Self:
        """Events that cite an article of the publisher, or name the publisher without one; their date also as `at`.

        For some days of a publisher that very many events cite `by_date` is quicker: SQLite then goes through the days
        and looks each event up among the publisher's, and not the other way round.
        """
        events = self.alias(key=F("pk") + 0 if by_date else F("pk"))
        return events.filter(key__in=_rows("Citation").naming(publisher_id)).annotate(at=F("date"))

    def citing(self, source_id: int) -> Self:
        """Events that cite the source; their date also as `at`."""
        return self.filter(pk__in=_rows("Citation").filter(source=source_id).values("event")).annotate(at=F("date"))

    def known_since(self, date: dt.date) -> Self:
        """Those that readers came to know of on `date` or later."""
        return self.filter(published_at__gte=beginning(date))

    def corrected_since(self, date: dt.date) -> Self:
        """Those of which readers were told on `date` or later what was wrong, the last first."""
        return self.filter(corrected_on__gte=date).order_by("-corrected_on", "-pk")

    def withdrawn_since(self, date: dt.date) -> Self:
        """Those that readers knew, withdrawn on `date` or later, the last first."""
        known = self.withdrawn().filter(published_at__isnull=False)
        return known.filter(withdrawn_at__gte=beginning(date)).order_by("-withdrawn_at", "-pk")

    def with_relations(self) -> Self:
        """Events with all that a list of them shows, in a fixed number of queries.

        What a tag, citation or link names is joined: Django asks SQLite for each of more than a thousand such rows in
        an expression that is then too deep.
        """
        citations = _rows("Citation").select_related("publisher", "source__publisher")
        return self.select_related("category").prefetch_related(
            models.Prefetch("event_tags", _rows("EventTag").select_related("tag")),
            # The text of an article is long, and no list or document holds it.
            models.Prefetch("citations", citations.defer("source__body")),
        )

    def with_everything(self) -> Self:
        """Events with all that a document of them holds, in a fixed number of queries."""
        links = models.Prefetch("related_links", _rows("RelatedLink").select_related("target"))
        return self.with_relations().prefetch_related(links, "redirects")


class EditorialQuerySet(DatedQuerySet["Editorial"]):
    def with_everything(self) -> Self:
        """Editorials with all that a document of them holds, in a fixed number of queries."""
        return self.prefetch_related("redirects")


def _rows(model: str) -> Any:
    """All rows of a model of this app, by its name, because the models import this module."""
    return apps.get_model("events", model)._default_manager.all()


class CategoryQuerySet(models.QuerySet["Category"]):
    def get_by_natural_key(self, key: str) -> "Category":
        return self.get(key=key)

    def by_any_name(self) -> dict[str, "Category"]:
        """All categories by every folded name of theirs."""
        return {fold(name): category for category in self for name in (category.name, *category.aliases)}


class TagQuerySet(models.QuerySet["Tag"]):
    def get_by_natural_key(self, language: str, key: str) -> "Tag":
        return self.get(language=language, key=key)

    def by_any_name(self, language: str, names: Iterable[str]) -> dict[str, "Tag"]:
        """The tags known under one of `names` or an alias of theirs, by the folded name."""
        keys = {fold(name) for name in names}
        found = {tag.key: tag for tag in self.filter(language=language, key__in=keys)}
        # Asked by themselves: joined, PostgreSQL takes a second for the names of an archive.
        aliases = dict(_rows("TagAlias").filter(language=language, key__in=keys).values_list("key", "tag"))
        tags = self.in_bulk(aliases.values()) if aliases else {}
        found |= {key: tags[pk] for key, pk in aliases.items() if pk in tags and key not in found}
        return found

    def beginning(self, language: str, key: str) -> Self:
        """The tags with a name or alias that begins with the folded `key`, the most used first."""
        aliased = self.filter(aliases__key__startswith=key).values("pk")
        found = self.filter(Q(key__startswith=key) | Q(pk__in=aliased), language=language)
        return found.annotate(uses=models.Count("event_tags")).order_by("-uses", "key")

    def in_other_editions(self, tag: "Tag") -> Self:
        """The tags of other editions with the same Wikidata number, as far as public events bear them."""
        # Said to be not empty, the number leads SQLite to its index, which holds no empty ones.
        same = self.public().filter(wikidata=tag.wikidata).exclude(wikidata="").exclude(language=tag.language)
        same = same.filter(language__in=settings.EDITIONS)
        return same.order_by("language", "key") if tag.wikidata else self.none()

    def topics(self, language: str, span: tuple[dt.date, dt.date] | None = None) -> Self:
        """Those that lead public events, of all time or of some days; `count` says how many events, the most first."""
        leading = Q(event_tags__is_public=True, event_tags__topic_position__isnull=False)
        if span:
            leading &= Q(event_tags__date__range=span)
        # Of rows, not of ids, which the index of the topics does not hold.
        found = self.filter(leading, language=language).annotate(count=models.Count("*"))
        return found.order_by("-count", "key")

    def named_with(self, key: str) -> Self:
        """Those that have the folded `key` somewhere in a name."""
        aliased = _rows("TagAlias").filter(key__contains=key).values("tag")
        return self.filter(Q(key__contains=key) | Q(pk__in=aliased))

    def public(self) -> Self:
        """Tags that readers know: some public event bears them."""
        rows = _rows("EventTag").filter(tag=models.OuterRef("pk"), is_public=True)
        return self.filter(models.Exists(rows))

    def public_named_like(self, language: str, key: str) -> Self:
        """The public one with the folded `key` as its name, then those of which a name, or a word in one, begins so:
        the most used first. `uses` says how many public events bear each.
        """
        if not key:
            return self.none()
        begins = Q(key__startswith=key) | Q(key__contains=f" {key}")
        aliased = _rows("TagAlias").filter(begins, language=language).values("tag")
        # Counted for each alone, and of rows in which it stands whether they are public.
        rows = _rows("EventTag").filter(tag=models.OuterRef("pk"), is_public__in=[True]).order_by().values("tag")
        uses = models.Subquery(rows.annotate(number=models.Count("*")).values("number"))
        found = self.filter(begins | Q(pk__in=aliased), language=language).annotate(uses=uses).filter(uses__gt=0)
        is_other = models.Case(models.When(key=key, then=0), default=1)
        return found.order_by(is_other, "-uses", "key")


class TagAliasQuerySet(models.QuerySet["TagAlias"]):
    def get_by_natural_key(self, language: str, key: str) -> "TagAlias":
        return self.get(language=language, key=key)


class EventTagQuerySet(models.QuerySet["EventTag"]):
    def get_by_natural_key(self, language: str, date: str, slug: str, key: str) -> "EventTag":
        return self.get(event__language=language, event__date=date, event__slug=slug, tag__key=key)

    def beside(self, tag: "Tag", *, newest: int, limit: int) -> "list[tuple[Tag, int]]":
        """The tags that most often stand beside `tag` at the newest events among these rows, and how often."""
        events = self.filter(tag=tag).order_by("-date", "-event").values("event")[:newest]
        counted = self.filter(event__in=events).exclude(tag=tag).order_by().values_list("tag")
        numbers = dict(counted.annotate(number=models.Count("*")).order_by("-number", "tag")[:limit])
        tags = apps.get_model("events", "Tag")._default_manager.in_bulk(numbers)
        return [(tags[pk], number) for pk, number in numbers.items()]


class CitationQuerySet(models.QuerySet["Citation"]):
    def get_by_natural_key(self, language: str, date: str, slug: str, position: int) -> "Citation":
        return self.get(event__language=language, event__date=date, event__slug=slug, position=position)

    def public(self, language: str) -> Self:
        """The citations that readers of an edition may see."""
        return self.filter(event__status=Status.PUBLISHED, event__language=language)

    def most_cited(self, publisher: "Publisher", *, limit: int) -> "list[tuple[Source, int]]":
        """Among these citations the publisher's articles that more than one event cites, and how many do."""
        rows = self.filter(source__publisher=publisher).order_by().values_list("source")
        counted = rows.annotate(count=models.Count("event", distinct=True)).filter(count__gt=1)
        numbers = dict(counted.order_by("-count", "source")[:limit])
        found = apps.get_model("sources", "Source")._default_manager.only("key", "title", "url").in_bulk(numbers)
        return [(found[source], number) for source, number in numbers.items()]

    def naming(self, publisher_id: int) -> "models.QuerySet[Any, Any]":
        """The ids of the events that cite the publisher: two questions that an index answers each, and no one both."""
        rows = self.order_by().values("event")
        return rows.filter(publisher=publisher_id).union(rows.filter(source__publisher=publisher_id), all=True)


class RelatedLinkQuerySet(models.QuerySet["RelatedLink"]):
    def get_by_natural_key(
        self, language: str, date: str, slug: str, target_date: str, target_slug: str
    ) -> "RelatedLink":
        return self.get(
            event__language=language,
            event__date=date,
            event__slug=slug,
            target__date=target_date,
            target__slug=target_slug,
        )


class RevisionQuerySet(models.QuerySet["Revision"]):
    def get_by_natural_key(self, language: str, date: str, slug: str, number: int, of: str = "event") -> "Revision":
        subject = {f"{of}__language": language, f"{of}__date": date, f"{of}__slug": slug}
        return self.get(**subject, number=number)

    def saved(self) -> Self:
        """The states of events, without what somebody only wanted them to say."""
        return self.filter(kind=RevisionKind.SAVED)

    def public(self) -> Self:
        """The states that readers saw."""
        return self.saved().exclude(document__contains='"status":"')  # which only a published event does not say

    def statuses(self) -> "Iterable[tuple[int, dt.datetime, str]]":
        """Of each revision its number, the moment from which it held, and the event's status as its text says it."""
        said = [
            models.When(document__contains=STATUS_TEXT.format(status), then=models.Value(status.value))
            for status in Status
            if status is not Status.PUBLISHED
        ]
        status = models.Case(*said, default=models.Value(Status.PUBLISHED.value))
        return self.annotate(status=status).values_list("number", "as_of", "status")

    def newest(self) -> "Revision | None":
        """Of the revisions of one event or editorial the state that it is in."""
        return self.saved().order_by("-number").first()

    def opened_at(self, version: int) -> "Revision | None":
        """Of the revisions of one event or editorial the state that it was in at a version of it."""
        return self.filter(number__lte=version).newest()


class OpenFormQuerySet(models.QuerySet["OpenForm"]):
    def of(self, model: "type[Subject]", subject: "Subject | None") -> Self:
        """The forms of an event or editorial, or those in which a new one is made."""
        kind = model._meta.model_name
        return self.filter(kind=kind, **{str(kind): subject})


class RedirectQuerySet(models.QuerySet[_Row]):
    def get_by_natural_key(self, language: str, date: str, slug: str) -> _Row:
        return self.get(language=language, date=date, slug=slug)


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def seen_by(self, person: "AbstractBaseUser | AnonymousUser") -> "models.QuerySet[SavedFilter]":
        """The person's own, and those that others share."""
        return self.filter(Q(editor=person.pk) | Q(is_shared=True)).select_related("editor")
