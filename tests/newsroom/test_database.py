"""The promises of conftest.py: what data migrations wrote is there before and after a flush."""

import pytest

from events.models import Category


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_begins_with_the_categories() -> None:
    assert Category.objects.exists()
    Category.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_next_one_finds_them_again() -> None:
    assert Category.objects.exists()
