"""Labels of citations: whom they name."""

import pytest

from sources.documents.labels import agency_and_publisher
from sources.models import Publisher
from tests.events.making import make_publisher


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Reuters", ("", "Reuters")),
        ("AP via The Guardian", ("AP", "The Guardian")),
        ("AFP Via ABC via Yahoo", ("AFP", "ABC via Yahoo")),
        ("Viacom News", ("", "Viacom News")),
        ("via Reuters", ("", "via Reuters")),
        ("", ("", "")),
    ],
)
def test_a_label_with_via_names_the_agency_first(label: str, names: tuple[str, str]) -> None:
    assert agency_and_publisher(label) == names


@pytest.mark.django_db
def test_a_label_names_only_whom_the_wiki_knows_and_a_name_with_via_as_a_whole() -> None:
    ap, guardian, whole = (make_publisher(name) for name in ("AP", "The Guardian", "Texts via Telegraph"))
    guardian.aliases.create(name="Guardian")
    found = Publisher.objects.by_label(["ap via guardian", "Texts via Telegraph", "AP via Nobody", "Somebody", ""])
    assert found == {
        "ap via guardian": (guardian, ap),
        "Texts via Telegraph": (whole, None),
        "AP via Nobody": (None, ap),
        "Somebody": (None, None),
    }
