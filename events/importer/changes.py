"""Rows to make, change and take away, written together."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model

from sources import bulk

Row = TypeVar("Row", bound=Model)


class Changes(Generic[Row]):
    """The changes to the rows of one model.

    `keys` are the columns that tell a row from others, `fields` those that an existing one may change in.
    """

    def __init__(self, model: type[Row], keys: Sequence[str], fields: Sequence[str]) -> None:
        self._model = model
        self._keys = keys
        self._fields = fields
        self.new: list[tuple[Any, ...]] = []
        self.changed: list[Row] = []
        self._differing: set[str] = set()  # the fields in which any of them changed
        self.gone: list[Row] = []

    def add(self, *values: Any) -> None:
        """A new row, by the values of its keys and fields in their order."""
        self.new.append(values)

    def change(self, row: Row, *values: Any) -> bool:
        """Whether `row` says something else with these values of its fields, which it then does."""
        differing = {name for name, value in zip(self._fields, values, strict=True) if getattr(row, name) != value}
        if not differing:
            return False
        self._differing |= differing
        for name, value in zip(self._fields, values, strict=True):
            setattr(row, name, value)
        self.changed.append(row)
        return True

    def write(self) -> None:
        rows = self._model._default_manager
        if self.gone:
            rows.filter(pk__in=[row.pk for row in self.gone]).delete()
        if self.changed:
            differing = [name.removesuffix("_id") for name in sorted(self._differing)]
            rows.bulk_update(self.changed, differing, batch_size=200)
        bulk.insert(self._model, (*self._keys, *self._fields), self.new)
