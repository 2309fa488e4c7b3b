"""All rows of the wiki without ids and times, to compare two databases or two states of one."""

import hashlib
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

# What cannot be equal in two databases that say the same, and why.
LEFT_OUT = {
    "id": "numbers of rows",
    "created_at": "times",
    "updated_at": "times",
    "published_at": "times",
    "withdrawn_at": "times",
    "read_at": "times",
    "as_of": "times",
    "recorded_at": "times",
    "link": "a hash over times",
    "last_link": "a hash over times",
}


def rows_of(model: type[Model], left_out: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The rows of a model, sorted; foreign keys by the natural key of what they name."""
    fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT.keys() | left_out]
    keys = [field.name for field in fields if isinstance(field, ForeignKey)]
    found = model._default_manager.select_related(*keys) if keys else model._default_manager.all()
    rows = [{field.name: _value(row, field) for field in fields} for row in found]
    return sorted(rows, key=repr)


def _value(row: Model, field: Any) -> Any:
    value = getattr(row, field.name)
    return value.natural_key() if isinstance(field, ForeignKey) and value is not None else value


def wiki_models() -> list[type[Model]]:
    return [*apps.get_app_config("sources").get_models(), *apps.get_app_config("events").get_models()]


def all_rows(
    models_left_out: frozenset[str] = frozenset(), fields_left_out: frozenset[str] = frozenset()
) -> dict[str, list[dict[str, Any]]]:
    """The rows of every model by the model's label."""
    return {
        model._meta.label: rows_of(model, fields_left_out)
        for model in wiki_models()
        if model._meta.label not in models_left_out
    }


def digests(models_left_out: frozenset[str], fields_left_out: frozenset[str]) -> dict[str, tuple[int, str]]:
    """How many rows every model has, and a hash over all of them in any order: `all_rows` for wikis beyond memory."""
    found = {}
    for model in wiki_models():
        if model._meta.label in models_left_out:
            continue
        fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT.keys() | fields_left_out]
        count = total = 0
        keys = [field.name for field in fields if isinstance(field, ForeignKey)]
        for row in model._default_manager.select_related(*keys).iterator(2000):
            values = repr([_value(row, field) for field in fields])
            count += 1
            total += int.from_bytes(hashlib.sha256(values.encode()).digest())
        found[model._meta.label] = (count, f"{total % 2**256:x}")
    return found
