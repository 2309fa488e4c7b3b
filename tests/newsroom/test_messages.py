"""Each edition speaks its language, all of it: `make messages` brings the catalogues up to date."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_language
from django.utils.translation.trans_real import get_supported_language_variant

from tests import messages

CATALOGUES = sorted(messages.LOCALES.glob("*/LC_MESSAGES/django.po"))
each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)


@each_catalogue
def test_a_catalogue_holds_what_the_pages_say_and_is_compiled(path: Path) -> None:
    catalogue = messages.current(path, messages.said())

    assert path.read_bytes() == messages.written(catalogue), "make messages"
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(catalogue), "make messages"


@each_catalogue
def test_every_message_is_translated_with_all_that_it_names(path: Path) -> None:
    said = [message for message in messages.current(path, messages.said()) if message.id]

    assert len(said) > 100
    assert [message.id for message in said if not message.string] == []
    for message in said:
        for text in forms(message.string):
            assert names(text) == names(forms(message.id)[-1]), message.id


def forms(said: str | Sequence[str] | None) -> list[str]:
    """The singular and the plurals of a message."""
    return [said] if isinstance(said, str) else list(said or ())


def names(text: str) -> list[str]:
    """The values and the markup in a text."""
    return sorted(re.findall(r"%\(\w+\)s|</?\w+", text))


def test_every_edition_but_the_first_has_a_catalogue() -> None:
    locales = {to_language(path.parent.parent.name) for path in CATALOGUES}

    assert {get_supported_language_variant(language) for language in settings.EDITIONS[1:]} <= locales
