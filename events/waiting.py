"""What imports leave to editors."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from events.choices import Status
from events.importer import labels_in_use
from events.models import Citation, LookAlike
from sources.documents.folding import fold
from sources.documents.labels import agency_and_publisher
from sources.documents.names import name_fault


def look_alikes() -> QuerySet[LookAlike]:
    """The pairs that nobody has decided, the most alike first. A withdrawn event is nothing to decide about."""
    pairs = LookAlike.objects.filter(decided_at=None)
    return pairs.exclude(one__status=Status.WITHDRAWN).exclude(other__status=Status.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name in labels that is nobody's, as the most frequent label spells it, and in how many citations it stands."""

    name: str
    key: str
    uses: int


def unknown_names() -> list[UnknownName]:
    """The publishers that citations of a label alone name and the wiki does not know, the most frequent first.

    Of "Agency via Publisher" the publisher. What has no letter, as a year, or is too long names nobody. One query.
    """
    nameless = Citation.objects.filter(source=None, publisher=None).exclude(label="")
    labels = nameless.order_by().values_list("label").annotate(Count("id"))
    spellings: dict[str, str] = {}
    uses: Counter[str] = Counter()
    for label, count in sorted(labels, key=lambda row: (-row[1], row[0])):
        _, name = agency_and_publisher(label)
        if any(map(str.isalpha, name)) and not name_fault(name):
            key = fold(name)
            spellings.setdefault(key, name.strip())
            uses[key] += count
    return [UnknownName(name=spellings[key], key=key, uses=count) for key, count in uses.most_common()]


def labels_naming(key: str) -> list[str]:
    """The labels in use whose publisher has this folded name."""
    return [label for label in labels_in_use() if fold(agency_and_publisher(label)[1]) == key]
