"""Labels of citations → whom they name, when the names of publishers change."""

from collections import defaultdict
from collections.abc import Iterable

from events.models import Citation
from sources.documents.folding import fold
from sources.documents.labels import agency_and_publisher
from sources.models import Publisher
from sources.querysets import Labelled


def settle_labels(names: Iterable[str]) -> None:
    """Let every citation whose label holds one of the names say whom the label names by now.

    No revision: the documents, in which the labels stand, say the same.
    """
    keys = {fold(name) for name in names}
    if not keys:
        return
    labels = [
        label for label in labels_in_use() if not keys.isdisjoint(map(fold, (label, *agency_and_publisher(label))))
    ]
    groups: dict[Labelled, list[str]] = defaultdict(list)
    for label, named in Publisher.objects.by_label(labels).items():
        groups[named].append(label)
    for named, group in groups.items():
        citations = Citation.objects.filter(label__in=group)
        citations.filter(source=None).update(publisher=named.publisher, agency=named.agency)
        citations.exclude(source=None).update(agency=named.agency)


def labels_in_use() -> Iterable[str]:
    """The labels of all citations, each once."""
    return Citation.objects.exclude(label="").order_by().values_list("label", flat=True).distinct()
