"""What an editorial's form posted → a document, and a merged document → what the form would have posted."""

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from msgspec.structs import replace

from events.admin.posted import CHOICE, correction, text_of
from events.documents.records import EditorialDocument, SubjectDocument
from events.models import Subject
from sources.documents.folding import collapse


def read(post: QueryDict, base: SubjectDocument) -> tuple[EditorialDocument, Collection[str]]:
    """What was posted, and the fields of which no document can say it: there it says what `base` says."""
    assert isinstance(base, EditorialDocument)  # noqa: S101  # a state of an editorial
    unread = set()
    date = base.date
    try:
        date = forms.DateField().clean(post.get("date", ""))
    except ValidationError:
        unread.add("date")
    title, author = collapse(text_of(post, "title")), collapse(text_of(post, "author"))
    unread |= {name for name, text in (("title", title), ("author", author)) if not text}
    document = replace(
        base,
        date=date,
        title=title or base.title,
        author=author or base.author,
        standfirst=collapse(text_of(post, "standfirst")),
        body=text_of(post, "body"),
        slug=text_of(post, "slug") or base.slug,
        corrections=(*base.corrections, *correction(post)),
    )
    return document, unread


def written(
    post: QueryDict, mine: EditorialDocument, document: SubjectDocument, saved: Subject, unread: Collection[str]
) -> QueryDict:
    """The merged document as the form of the saved version would post it; what is the editor's, as it was typed."""
    data = QueryDict(mutable=True)
    for name, values in post.lists():
        if not name.startswith(CHOICE):
            data.setlist(name, values)
    data["version"] = str(saved.version)
    for name in ("date", "title", "author", "standfirst", "body", "slug"):
        value = getattr(document, name)
        if name in post and name not in unread and value != getattr(mine, name):
            data[name] = str(value)
    return data
