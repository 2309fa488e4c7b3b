"""A save that came too late: the editor's own text, taken from the posted data alone, beside the saved one.

Nothing here validates: the rows that the editor saw may be gone, and whatever was typed has to come back.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from django.http import QueryDict

from events import exporter, revisions
from events.choices import LinkKind
from events.documents.names import join_names, split_names, unique_names
from events.documents.records import EventDocument
from events.forms import CONFLICT, posted_number
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
    category = Category.objects.filter(pk=posted_number(post.get("category"))).first()
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
        row.update({name: str(posted_number(row[name]) or "") for name in ("source", "target") if name in row})
    rows = [row for row in rows if any(row.get(name) for name in ("source", "label", "target", "context", "note"))]
    return sorted(rows, key=lambda row: posted_number(row.get("position", "")) or len(rows) + 1)


def on_top(post: QueryDict, saved: Event) -> QueryDict:
    """What was posted, merged with what was saved meanwhile, as if typed into the form of the saved version.

    Three ways, from the revision that the editor had opened: a field or row that the editor left alone is as it was
    saved, one that the editor changed is as posted, and of tags and topics each side's additions and removals hold.
    """
    data = QueryDict(mutable=True)
    for key, values in post.lists():
        if not key.startswith((f"{CITATIONS}-", f"{RELATED}-")):
            data.setlist(key, values)
    data["version"] = str(saved.version)
    data[CONFLICT] = "1"
    base = _opened(post, saved)
    if base:
        _merge_fields(data, post, saved, base)
        _merge_names(data, saved, base)
    citations = [
        (_citation_key(row), row) for row in ({**_citation_row(c), "id": str(c.pk)} for c in saved.citations.all())
    ]
    related = [(row["target"], row) for row in ({**_link_row(r), "id": str(r.pk)} for r in saved.related_links.all())]
    cited = {revisions.citation_text(citation) for citation in base.citations} if base else set()
    linked = {revisions.related_text(link) for link in base.related} if base else set()
    _fill(data, CITATIONS, posted_rows(post, CITATIONS), citations, _citation_key, _citation_texts, cited)
    _fill(data, RELATED, posted_rows(post, RELATED), related, _link_key, _related_texts, linked)
    return data


def _opened(post: QueryDict, saved: Event) -> EventDocument | None:
    """The state that the editor had opened; None if what was posted does not say."""
    revision = saved.revisions.opened_at(posted_number(post.get("version")))
    return revisions.read(revision) if revision else None


def _merge_fields(data: QueryDict, post: QueryDict, saved: Event, base: EventDocument) -> None:
    mine, opened = posted_texts(post), revisions.texts(base)
    fields = {**_FIELDS, "Category": "category_id", "Status": "status"}
    for name, field in fields.items():
        if mine[name] == _lines(opened[name]):
            data[field.removesuffix("_id")] = str(getattr(saved, field) or "")


def _merge_names(data: QueryDict, saved: Event, base: EventDocument) -> None:
    now = {
        "tag_names": [row.spelling for row in saved.event_tags.all()],
        "topic_names": [row.spelling for row in saved.topics],
    }
    for field, opened in (("tag_names", base.tags), ("topic_names", base.topics)):
        mine = split_names(data.get(field, ""))
        keys, was = {fold(name) for name in mine}, {fold(name) for name in opened}
        kept = [name for name in now[field] if fold(name) in keys or fold(name) not in was]
        added = [name for name in mine if fold(name) not in was]
        data[field] = join_names(unique_names([*kept, *added]))


def _fill(
    data: QueryDict,
    prefix: str,
    posted: list[Row],
    saved: list[tuple[str, Row]],
    key: Callable[[Row], str],
    texts: Callable[[list[Row]], Iterable[str]],
    opened: set[str],
) -> None:
    """Write a formset's rows into `data`, those that are saved first, as formsets want it.

    `opened` are the texts of the rows that the editor had opened; without any, every posted row is the editor's own.
    """
    left = [(row_key, row, text) for (row_key, row), text in zip(saved, texts([row for _, row in saved]), strict=True)]
    known, new = [], []
    for row, text in zip(posted, texts(posted), strict=True):
        is_deleted, is_mine = bool(row.get("DELETE")), text not in opened
        match = next((entry for entry in left if entry[0] == key(row)), None)
        if match:
            left.remove(match)
            known.append({**(row if is_deleted or is_mine else match[1]), "id": match[1]["id"]})
        elif is_mine and not is_deleted:
            new.append({**row, "id": ""})
    for _, row, text in left:  # the other editor's, or one that the editor made into another
        known.append({**row, "DELETE": "on"} if text in opened else row)
    for number, row in enumerate([*known, *new]):
        for name, value in row.items():
            data[f"{prefix}-{number}-{name}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(len(known) + len(new))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(known))


def _citation_row(citation: Citation) -> Row:
    return {"source": str(citation.source_id or ""), "label": citation.label, "position": str(citation.position)}


def _citation_key(row: Mapping[str, str]) -> str:
    return row.get("source") or f"label {fold(row.get('label', ''))}"


def _link_key(row: Mapping[str, str]) -> str:
    return row.get("target", "")


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
        source = sources.get(posted_number(row.get("source", "")))
        label = row.get("label", "") or (source.publisher.name if source and source.publisher else "")
        yield revisions.citation_text(exporter.citation_document(label, source))


def _related_texts(rows: list[Row]) -> Iterable[str]:
    targets = Event.objects.in_bulk(_numbers(rows, "target"))
    for row in rows:
        target = targets.get(posted_number(row.get("target", "")))
        kind = row.get("kind", "") if row.get("kind") in list(LinkKind) else LinkKind.PINNED
        context, note = list(split_names(row.get("context", ""))), row.get("note", "").strip()
        if target:
            link = RelatedLink(target=target, kind=kind, context=context, note=note)
            yield revisions.related_text(exporter.related_document(link))
        else:
            yield " · ".join(filter(None, (join_names(context), note)))


def _numbers(rows: Iterable[Row], name: str) -> set[int]:
    return {number for row in rows if (number := posted_number(row.get(name, "")))}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
