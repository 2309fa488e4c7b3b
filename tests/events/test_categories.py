import pytest

from events.models import Category
from sources.documents.folding import fold

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("spelling", "category"),
    [
        ("Attacks and armed conflicts", "Armed conflicts and attacks"),
        ("armed  conflict", "Armed conflicts and attacks"),
        ("Businesses and economy", "Business and economy"),
        ("Arts & Culture", "Arts and culture"),
        ("Law and Order", "Law and crime"),
        ("Politics & Elections", "Politics and elections"),
    ],
)
def test_spellings_of_the_archives_name_their_category(spelling: str, category: str) -> None:
    assert Category.objects.by_any_name()[fold(spelling)].name == category


def test_no_two_categories_share_a_name() -> None:
    names = [fold(name) for category in Category.objects.all() for name in (category.name, *category.aliases)]
    assert len(names) == len(set(names))
