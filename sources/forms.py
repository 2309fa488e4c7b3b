"""Form fields for what models keep as lists of names, and checks on other names."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from sources.documents.folding import fold
from sources.documents.names import join_names, split_names
from sources.models import validate_name


class NamesField(forms.CharField):
    """A list of names, shown and typed as one line with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 1}))
        kwargs.setdefault("max_length", 20_000)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return join_names(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        names = list(split_names(super().clean(value)))
        for name in names:
            validate_name(name)
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(split_names(data or "")) != list(initial or [])


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for mypy only
    """The number of a row, looked up among those that its formset has loaded."""

    widget = forms.HiddenInput
    rows: Mapping[str, Any]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if row := self.rows.get(str(getattr(value, "pk", value))):
            return row
        raise ValidationError("This row is not there any more.", code="invalid_choice")


class LoadedRowsFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic for mypy only
    """Rows of which each is not asked for again."""

    @cached_property
    def rows(self) -> dict[str, Any]:
        return {str(row.pk): row for row in self.get_queryset()}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = self.model._meta.pk.name  # type: ignore[union-attr]  # a formset of rows always has a model
        field = RowField(form.fields[name].queryset, initial=form.fields[name].initial, required=False)
        field.rows = self.rows
        form.fields[name] = field


class RowsFormSet(LoadedRowsFormSet):
    """Rows that differ in the field `identity`. In one save they may swap it, or take that of a deleted one."""

    identity: str

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Rows that go or change their identity leave the database first; saving writes the changed ones anew."""
        leaving = [form for form in self.initial_forms if self.identity in form.changed_data]
        leaving += self.deleted_forms
        if commit and self.model:
            self.model._default_manager.filter(pk__in=[form.instance.pk for form in leaving]).delete()
        return super().save_existing_objects(commit)


class OtherNamesFormSet(RowsFormSet):
    """Aliases as rows of a form: none twice."""

    identity = "name"

    def clean(self) -> None:
        super().clean()
        names = [fold(form.cleaned_data["name"]) for form in self.kept() if form.cleaned_data.get("name")]
        if len(names) != len(set(names)):
            raise ValidationError("The same name stands here twice.")

    def kept(self) -> Iterable[Any]:
        return (form for form in self.forms if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE"))
