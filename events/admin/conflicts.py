"""A save that came too late: the editor's own text, taken from the posted data alone, beside the saved one.

Nothing here validates: the rows that the editor saw may be gone, and whatever was typed has to come back.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import QueryDict

from events import exporter, revisions
from events.choices import LinkKind
from events.documents.names import join_names, split_names
from events.forms import CONFLICT
from events.models import Category, Citation, Event, RelatedLink
from events.revisions import FieldDiff
from sources.documents.folding import fold
from sources.models import Source

Row = dict[str, str]
CITATIONS, RELATED = "citations", "related_links"
_FIELDS = {
    "Date": "date",
    "Headline": "headline",
    "Summary": "summary",
    "Image": "image_url",
    "Image caption": "image_caption",
    "Image credit": "image_credit",
    "Reason for withdrawal": "withdrawn_reason",
    "Slug": "slug",
}


def differences(post: QueryDict, saved: Event) -> list[FieldDiff]:
    """The fields in which what was posted differs from what is saved, from the saved text to the posted one."""
    mine = posted_texts(post)
    return revisions.compare_texts(revisions.texts(exporter.event_document(saved)), mine)


def posted_texts(post: QueryDict) -> dict[str, str]:
    """What was posted as a person reads it, in the words of `revisions.texts`."""
    category = Category.objects.filter(pk=_number(post.get("category", ""))).first()
    topics = split_names(post.get("topic_names", ""))
    tags = split_names(f"{post.get('tag_names', '')}, {post.get('topic_names', '')}")
    texts = {name: _lines(post.get(field, "")) for name, field in _FIELDS.items()}
    return texts | {
        "Category": category.name if category else "",
        "Topics": join_names(topics),
        "Tags": join_names(tags),
        "Citations": "\n".join(_citation_texts(_kept(posted_rows(post, CITATIONS)))),
        "Related events": "\n".join(_related_texts(_kept(posted_rows(post, RELATED)))),
        "Status": post.get("status", "").capitalize(),
        "Unsourced": revisions.yes_or_no("is_unsourced" in post),
    }


def posted_rows(post: QueryDict, prefix: str) -> list[Row]:
    """The rows of a formset in the editor's order, by field names, without those that say nothing."""
    found: dict[int, Row] = {}
    for key, value in post.items():
        if match := re.fullmatch(rf"{prefix}-(\d{{1,9}})-(\w+)", key):
            found.setdefault(int(match[1]), {})[match[2]] = str(value)
    rows = [found[number] for number in sorted(found)]
    for row in rows:  # a field with search cannot be shown with what is no number
        row.update({name: str(_number(row[name]) or "") for name in ("source", "target") if name in row})
    rows = [row for row in rows if any(row.get(name) for name in ("source", "label", "target", "context", "note"))]
    return sorted(rows, key=lambda row: _number(row.get("position", "")) or len(rows) + 1)


def on_top(post: QueryDict, saved: Event) -> QueryDict:
    """The posted data as if it had been typed into the form of the saved version.

    Rows that are saved meet the posted ones by what they say; what another editor added stays, what another
    deleted is there again as a new row.
    """
    data = QueryDict(mutable=True)
    for key, values in post.lists():
        if not key.startswith((f"{CITATIONS}-", f"{RELATED}-")):
            data.setlist(key, values)
    data["version"] = str(saved.version)
    data[CONFLICT] = "1"
    citations = [
        (_citation_key(row), row) for row in ({**_citation_row(c), "id": str(c.pk)} for c in saved.citations.all())
    ]
    related = [(row["target"], row) for row in ({**_link_row(r), "id": str(r.pk)} for r in saved.related_links.all())]
    _fill(data, CITATIONS, posted_rows(post, CITATIONS), citations, _citation_key)
    _fill(data, RELATED, posted_rows(post, RELATED), related, lambda row: row.get("target", ""))
    return data


def _fill(
    data: QueryDict, prefix: str, posted: Iterable[Row], saved: list[tuple[str, Row]], key: Callable[[Row], str]
) -> None:
    """Write a formset's rows into `data`: those that are saved first, as formsets want it."""
    left = list(saved)
    known, new = [], []
    for row in posted:
        match = next((pair for pair in left if pair[0] == key(row)), None)
        if match:
            left.remove(match)
            known.append({**row, "id": match[1]["id"]})
        elif not row.get("DELETE"):
            new.append({**row, "id": ""})
    known += [row for _, row in left]
    for number, row in enumerate([*known, *new]):
        for name, value in row.items():
            data[f"{prefix}-{number}-{name}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(len(known) + len(new))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(known))


def _citation_row(citation: Citation) -> Row:
    return {"source": str(citation.source_id or ""), "label": citation.label, "position": str(citation.position)}


def _citation_key(row: Mapping[str, str]) -> str:
    return row.get("source") or f"label {fold(row.get('label', ''))}"


def _link_row(link: RelatedLink) -> Row:
    return {
        "target": str(link.target_id),
        "kind": link.kind,
        "context": join_names(link.context),
        "note": link.note,
        "position": str(link.position),
    }


def _kept(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row.get("DELETE")]


def _citation_texts(rows: list[Row]) -> Iterable[str]:
    sources = Source.objects.select_related("publisher").in_bulk(_numbers(rows, "source"))
    for row in rows:
        source = sources.get(_number(row.get("source", "")))
        label = row.get("label", "") or (source.publisher.name if source and source.publisher else "")
        yield revisions.citation_text(exporter.citation_document(Citation(source=source, label=label)))


def _related_texts(rows: list[Row]) -> Iterable[str]:
    targets = Event.objects.in_bulk(_numbers(rows, "target"))
    for row in rows:
        target = targets.get(_number(row.get("target", "")))
        kind = row.get("kind", "") if row.get("kind") in list(LinkKind) else LinkKind.PINNED
        context, note = list(split_names(row.get("context", ""))), row.get("note", "").strip()
        if target:
            link = RelatedLink(target=target, kind=kind, context=context, note=note)
            yield revisions.related_text(exporter.related_document(link))
        else:
            yield " · ".join(filter(None, (join_names(context), note)))


def _numbers(rows: Iterable[Row], name: str) -> set[int]:
    return {number for row in rows if (number := _number(row.get(name, "")))}


def _number(text: Any) -> int:
    """The row number that a form posted; 0 for anything else."""
    return int(text) if re.fullmatch(r"\d{1,9}", str(text), re.ASCII) else 0


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
