"""Saves that came after another: merged where they can be, and what both changed is shown to be chosen from."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from msgspec.structs import replace

from events import exporter, revisions
from events.admin.merges import Merge
from events.admin.posted import CHOICE
from events.documents.records import SubjectDocument
from events.documents.three_way import ORDER, STATE, Overlap
from events.revisions import FieldDiff, Piece

# The names under which `revisions.texts` holds what is decided as one.
_LABELS = {
    "date": ("Date",),
    "slug": ("Slug",),
    "headline": ("Headline",),
    "category": ("Category",),
    "summary": ("Summary",),
    "image": ("Image", "Image caption", "Image credit"),
    "status": ("Status", "To be published", "Reason for withdrawal"),
    "is_stub": ("Stub",),
    "citations": ("Citations",),
    "related": ("Related events",),
    "title": ("Title",),
    "author": ("Author",),
    "standfirst": ("Standfirst",),
    "body": ("Body",),
}


class Choice(NamedTuple):
    """An overlap as its page shows it: what stood there, and what each side made of it."""

    name: str
    label: str
    base: str
    theirs: list[Piece]
    mine: list[Piece]


def page(merge: Merge, *, is_refused: bool) -> dict[str, Any]:
    """What the page of a conflict shows. `is_refused` says that a save was; else the text was brought back unsaved."""
    theirs = exporter.document(merge.saved)
    return {
        "subject": merge.saved,
        "revision": merge.newest,
        "is_refused": is_refused,
        "was_saved": merge.newest != merge.opened,
        "choices": [choice(overlap, theirs) for overlap in merge.overlaps],
        "fields": merged_fields(theirs, merge.document, merge.overlaps),
    }


def choice(overlap: Overlap, document: SubjectDocument) -> Choice:
    """`document` is any state of it; of that only what the overlap is not about is used."""
    base, theirs, mine = (_text(overlap, value, document) for value in (overlap.base, overlap.theirs, overlap.mine))
    return Choice(
        name=f"{CHOICE}{overlap.id}",
        label=_label(overlap),
        base=base,
        theirs=FieldDiff(name="", pieces=revisions.compare_words(base, theirs)).after,
        mine=FieldDiff(name="", pieces=revisions.compare_words(base, mine)).after,
    )


def merged_fields(theirs: SubjectDocument, merged: SubjectDocument, overlaps: Iterable[Overlap]) -> list[FieldDiff]:
    """How the merged event differs from the saved one in fields without an overlap."""
    shown = {label for overlap in overlaps for label in _LABELS[overlap.field]}
    return [field for field in revisions.compare(theirs, merged) if field.name not in shown]


def _label(overlap: Overlap) -> str:
    label = _LABELS[overlap.field][0]
    if overlap.key == ORDER:
        return f"Order of the {label.lower()}"
    return {"citations": "A citation", "related": "A related event"}.get(overlap.field, label)


def _text(overlap: Overlap, value: Any, document: SubjectDocument) -> str:
    if overlap.key == ORDER:
        return "\n".join(str(key[1] if len(key) > 1 else key[0]) for key in value)
    if overlap.field in ("citations", "related"):
        value = () if value is None else (value,)
    values = dict(zip(STATE, value, strict=True)) if overlap.field == "status" else {overlap.field: value}
    texts = revisions.texts(replace(document, **values))
    return "\n".join(texts[label] for label in _LABELS[overlap.field] if texts[label])


def what_was_merged(merge: Merge, *, is_saved: bool) -> str:
    """A sentence on what a save was merged with; empty if nothing was saved since the editor opened the event."""
    last = merge.newest
    if last is None or last == merge.opened:
        return ""
    query = f"one={merge.opened.number if merge.opened else last.number}&two={last.number}"
    return format_html(
        'Merged with what {} saved at {}: <a href="{}?{}">see what changed</a>.{}',
        last.contributor or "an import",
        time_format(localtime(last.recorded_at), "H:i"),
        reverse(f"admin:events_{merge.saved._meta.model_name}_compare", args=[merge.saved.pk]),
        query,
        "" if is_saved else " Nothing of it is saved yet.",
    )
