"""Form fields for what models keep as lists of names, and checks on other names."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from sources.documents.folding import fold
from sources.documents.names import join_names, split_names

MAX_NAME = 255


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
            if len(name) > MAX_NAME:
                raise ValidationError(f"“{name[:40]}…” has {len(name)} characters, at most {MAX_NAME} fit.")
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(split_names(data or "")) != list(initial or [])


class OtherNamesFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic for mypy only
    """Aliases as rows of a form: none twice."""

    def clean(self) -> None:
        super().clean()
        names = [fold(form.cleaned_data["name"]) for form in self.kept() if form.cleaned_data.get("name")]
        if len(names) != len(set(names)):
            raise ValidationError("The same name stands here twice.")

    def kept(self) -> Iterable[Any]:
        return (form for form in self.forms if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE"))
