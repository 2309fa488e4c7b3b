"""What an event's form posted → a document, and a merged document → what the form would have posted.

Nothing here refuses anything: the rows that the editor saw may be gone, and whatever was typed has to come back.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.timezone import localdate
from msgspec.structs import replace

from events import exporter
from events.admin.citations import CitedSources
from events.choices import LinkKind
from events.documents.names import join_names, split_names, unique_names
from events.documents.records import CitationDocument, CorrectionDocument, EventDocument, ImageDocument
from events.documents.three_way import citation_key, related_key
from events.forms import posted_number
from events.models import Category, Citation, Event, RelatedLink
from sources.documents.folding import collapse
from sources.documents.urls import is_web_address

Row = dict[str, str]
Known = tuple[Any, Row]  # the document of a row, None while it makes none, and the row as it was posted or would be
CITATIONS, RELATED = "citations", "related_links"
CHOICE = "_keep-"  # and an overlap's id: whether "mine" or "theirs" is to stand
_ROW_FIELDS = ("source", "cited", "label", "target", "context", "note")


class Posted(NamedTuple):
    """What a form posted, as far as a document can say it. `unread` are the fields of which it cannot."""

    document: EventDocument
    citations: list[Known]
    related: list[Known]
    unread: Collection[str]


# --- Data → document ----------------------------------------------------------------------------------------------


def read(post: QueryDict, base: EventDocument, saved: Event | None = None) -> Posted:
    """What was posted; of what the form leaves out, and of what cannot be read, the document says what `base` says."""
    unread = set()
    date, category = base.date, base.category
    try:
        date = forms.DateField().clean(post.get("date", ""))
    except ValidationError:
        unread.add("date")
    if not (headline := collapse(text_of(post, "headline"))):
        unread.add("headline")
    if number := post.get("category"):
        found = Category.objects.filter(pk=posted_number(number)).first()
        category = found.name if found else category
        unread |= set() if found else {"category"}
    elif "category" in post:
        category = ""
    topics = split_names(text_of(post, "topic_names"))
    image = ImageDocument(
        url=text_of(post, "image_url"), caption=text_of(post, "image_caption"), credit=text_of(post, "image_credit")
    )
    citations = _posted_citations(post, list(saved.citations.all()) if saved else [])
    related = _posted_links(post)
    document = replace(
        base,
        date=date,
        headline=headline or base.headline,
        category=category,
        topics=topics,
        tags=unique_names((*split_names(text_of(post, "tag_names")), *topics)),
        summary=text_of(post, "summary"),
        image=image if any((image.url, image.caption, image.credit)) else None,
        slug=text_of(post, "slug") or base.slug,
        citations=tuple(citation for citation, _ in citations if citation),
        related=tuple(link for link, _ in related if link),
        corrections=(*base.corrections, *correction(post)),
        is_unsourced="is_unsourced" in post and not any(citation for citation, _ in citations),
    )
    return Posted(document, citations, related, unread)


def text_of(post: QueryDict, name: str) -> str:
    return post.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()


def correction(post: QueryDict) -> list[CorrectionDocument]:
    text = collapse(text_of(post, "correction"))
    return [CorrectionDocument(date=localdate(), text=text)] if text else []


def posted_rows(post: QueryDict, prefix: str) -> list[Row]:
    """The rows of a formset in the editor's order, by field names, without those that say nothing or are to go."""
    found: dict[int, Row] = {}
    for key, value in post.items():
        if match := re.fullmatch(rf"{prefix}-(\d{{1,9}})-(\w+)", key):
            found.setdefault(int(match[1]), {})[match[2]] = str(value)
    rows = [found[number] for number in sorted(found)]
    for row in rows:  # a field with search cannot be shown with what is no number
        row.update({name: str(posted_number(row[name]) or "") for name in ("source", "target") if name in row})
    rows = [row for row in rows if not row.get("DELETE") and any(row.get(name) for name in _ROW_FIELDS)]
    return sorted(rows, key=lambda row: posted_number(row.get("position", "")) or len(rows) + 1)


def _posted_citations(post: QueryDict, saved: Iterable[Citation]) -> list[Known]:
    rows = posted_rows(post, CITATIONS)
    sources = CitedSources((), _numbers(rows, "source"), {_clean(row.get("cited")) for row in rows} - {""})
    former = {str(citation.pk): citation for citation in saved}
    found: list[Known] = []
    for row in rows:
        words = _clean(row.get("cited"))
        source = sources.named(words) or sources.numbered(posted_number(row.get("source")))
        if _names_the_former_publisher(row, former.get(row.get("id", ""))):
            row["label"] = ""
        label = _clean(row.get("label")) or (source.publisher.name if source and source.publisher else "")
        if words and not source and is_web_address(words):
            found.append((CitationDocument(label=label, url=words), row))
            continue
        label = label or words
        found.append((exporter.citation_document(label, source) if source or label else None, row))
    return found


def _names_the_former_publisher(row: Row, former: Citation | None) -> bool:
    """Whether another source was chosen and the label still names the publisher of the one before."""
    publisher = former.source.publisher if former and former.source else None
    if not former or not publisher or not row.get("source") or row["source"] == str(former.source_id):
        return False
    return row.get("label") == former.label == publisher.name


def _posted_links(post: QueryDict) -> list[Known]:
    rows = posted_rows(post, RELATED)
    targets = Event.objects.in_bulk(_numbers(rows, "target"))
    found: list[Known] = []
    for row in rows:
        target = targets.get(posted_number(row.get("target")))
        kind = row.get("kind", "") if row.get("kind") in list(LinkKind) else LinkKind.PINNED.value
        context, note = list(split_names(_clean(row.get("context")))), _clean(row.get("note"))
        link = RelatedLink(target=target, kind=kind, context=context, note=note) if target else None
        found.append((exporter.related_document(link) if link else None, row))
    return found


def _clean(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


def _numbers(rows: Iterable[Row], name: str) -> set[int]:
    return {number for row in rows if (number := posted_number(row.get(name)))}


# --- Document → data ----------------------------------------------------------------------------------------------


def of_event(event: Event) -> QueryDict:
    """What the form of the event would post if nothing were changed in it."""
    document = exporter.event_document(event)
    data = QueryDict(mutable=True)
    data.update(_field_texts(document))
    data["version"], data["category"] = str(event.version), str(event.category_id or "")
    if event.is_unsourced:
        data["is_unsourced"] = "on"
    citations = [
        (exporter.citation_document(row.label, row.source), _citation_row(row)) for row in event.citations.all()
    ]
    links = [(exporter.related_document(row), _link_row(row)) for row in event.related_links.all()]
    _write_rows(data, CITATIONS, document.citations, [], citations, citation_key)
    _write_rows(data, RELATED, document.related, [], links, related_key)
    return data


def written(post: QueryDict, posted: Posted, document: EventDocument, saved: Event) -> QueryDict:
    """The merged document as the form of the saved version would post it; what is the editor's, as it was typed."""
    data = QueryDict(mutable=True)
    for name, values in post.lists():
        if not name.startswith((f"{CITATIONS}-", f"{RELATED}-", CHOICE)):
            data.setlist(name, values)
    data["version"] = str(saved.version)
    mine, merged = (_field_texts(side) for side in (posted.document, document))
    for name, text in merged.items():
        if name in post and name not in posted.unread and text != mine[name]:
            data[name] = text
    if "category" in post and "category" not in posted.unread and document.category != posted.document.category:
        category = Category.objects.filter(name=document.category).first()
        data["category"] = str(category.pk) if category else ""
    saved_citations, saved_links = _saved_rows(saved)
    _write_rows(data, CITATIONS, document.citations, saved_citations, posted.citations, citation_key)
    _write_rows(data, RELATED, document.related, saved_links, posted.related, related_key)
    return data


def _saved_rows(event: Event) -> tuple[list[Known], list[Known]]:
    """The citations and the links of an event as its form has them."""
    return (
        [(exporter.citation_document(row.label, row.source), _citation_row(row)) for row in event.citations.all()],
        [(exporter.related_document(row), _link_row(row)) for row in event.related_links.all()],
    )


def _field_texts(document: EventDocument) -> dict[str, str]:
    image = document.image or ImageDocument(url="")
    return {
        "date": document.date.isoformat(),
        "headline": document.headline,
        "summary": document.summary,
        "slug": document.slug,
        "image_url": image.url,
        "image_caption": image.caption,
        "image_credit": image.credit,
        "topic_names": join_names(document.topics),
        "tag_names": join_names(document.tags),
    }


def _write_rows(
    data: QueryDict,
    prefix: str,
    merged: Iterable[Any],
    saved: Sequence[Known],
    posted: Iterable[Known],
    key: Callable[[Any], object],
) -> None:
    """Write a formset's rows into `data`, those that are saved first, as formsets want it."""
    left, typed = list(saved), list(posted)
    known: list[Row] = []
    new: list[Row] = []
    for position, document in enumerate(merged, 1):
        match = _take(left, document, key)
        # First the row that says just this, then what is saved under the same key, then what was typed for it.
        row = _take(typed, document) or match or _take(typed, document, key) or {}
        (known if match else new).append({**row, "position": str(position), "id": match["id"] if match else ""})
    known += [{**row, "DELETE": "on"} for _, row in left]
    new += [{**row, "id": ""} for document, row in typed if document is None]
    for number, row in enumerate([*known, *new]):
        for name, value in row.items():
            data[f"{prefix}-{number}-{name}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(len(known) + len(new))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(known))


def _take(rows: list[Known], document: Any, key: Callable[[Any], object] = lambda document: document) -> Row | None:
    """Take out of the list the first row whose document has the same key."""
    for entry in rows:
        if entry[0] is not None and key(entry[0]) == key(document):
            rows.remove(entry)
            return entry[1]
    return None


def _citation_row(citation: Citation) -> Row:
    return {"id": str(citation.pk), "source": str(citation.source_id or ""), "label": citation.label}


def _link_row(link: RelatedLink) -> Row:
    return {
        "id": str(link.pk),
        "target": str(link.target_id),
        "kind": link.kind,
        "context": join_names(link.context),
        "note": link.note,
    }
