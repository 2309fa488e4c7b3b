"""Rows to make, change and take away, written together."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model

from events.importer import bulk

Row = TypeVar("Row", bound=Model)


class Changes(Generic[Row]):
    """The changes to the rows of one model. `fields` are those that an existing row may change in."""

    def __init__(self, model: type[Row], fields: Sequence[str]) -> None:
        self._model = model
        self._fields = fields
        self.new: list[Row] = []
        self.changed: list[Row] = []
        self.gone: list[Row] = []

    def put(self, row: Row, **values: Any) -> bool:
        """Whether `row` is new or says something else with `values`, by the names of the columns."""
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            return False
        for name, value in values.items():
            setattr(row, name, value)
        (self.changed if row.pk else self.new).append(row)
        return True

    def write(self) -> None:
        rows = self._model._default_manager
        if self.gone:
            rows.filter(pk__in=[row.pk for row in self.gone]).delete()
        rows.bulk_update(self.changed, self._fields, batch_size=200)
        bulk.insert(self.new)
