"""The promises of conftest.py: what data migrations wrote is there before and after a test that really writes."""

import pytest
from django.db import connection

from events.models import Category


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_begins_with_the_categories() -> None:
    assert Category.objects.exists()
    Category.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_next_one_finds_them_again() -> None:
    assert Category.objects.exists()


@pytest.mark.django_db
def test_sqlite_wipes_what_it_overwrites() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("other engines have no such setting")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
