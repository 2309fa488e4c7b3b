"""The rows of an event's form that say what it leads to."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from adminsortable2.admin import CustomInlineFormSet
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from events.choices import LinkKind
from events.forms import RowForm, posted_number
from events.models import Event, RelatedLink
from sources.forms import NamesField, RowsFormSet

MAX_SHOWN = 200  # characters of a headline in the field


def describe(event: Event) -> str:
    """The event in a list to choose from."""
    return f"{event.date} · {event.headline[:MAX_SHOWN]}"


class EventSelect(AutocompleteSelect):
    """Chooses an event by searching; the chosen one was looked up with those of the other rows."""

    known: Mapping[int, Event]

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list[Any]:
        numbers = map(posted_number, value)
        chosen = next((self.known[number] for number in numbers if number in self.known), None)
        options = [self.create_option(name, "", "", not chosen, 0)]
        if chosen:
            options.append(self.create_option(name, chosen.pk, describe(chosen), True, 1))
        return [(None, options, 0)]


class EventField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for mypy only
    known: Mapping[int, Event]

    def to_python(self, value: Any) -> Event | None:
        if value in self.empty_values:
            return None
        if event := self.known.get(posted_number(value)):
            return event
        raise ValidationError("This event is not in the wiki any more.", code="invalid_choice")


class RelatedLinkForm(RowForm):
    target = EventField(
        Event.objects.all(),
        label="Event",
        widget=EventSelect(RelatedLink._meta.get_field("target"), admin.site),
    )
    context = NamesField(required=False, help_text="The names both share.")

    class Meta:
        model = RelatedLink
        fields = ("target", "kind", "context", "note", "position")
        widgets: ClassVar = {"note": forms.TextInput}

    def __init__(self, *args: Any, known: Mapping[int, Event], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.known = field.widget.known = known

    def _get_validation_exclusions(self) -> set[str]:
        """The field has looked the event up, and the formset sees that no row has it twice."""
        return {*super()._get_validation_exclusions(), "event", "target"}  # type: ignore[misc]


class RelatedLinkFormSet(RowsFormSet, CustomInlineFormSet):  # type: ignore[misc]  # the library has no types
    identity = "target"

    @cached_property
    def known(self) -> dict[int, Event]:
        """The events that the rows lead to, those of the saved ones and those that were posted."""
        known = {row.target_id: row.target for row in self.get_queryset()}
        if not self.is_bound:
            return known
        posted = (self.data.get(f"{self.prefix}-{number}-target") for number in range(self.total_form_count()))
        missing = {found for number in posted if (found := posted_number(number))} - known.keys()
        return known | (Event.objects.in_bulk(missing) if missing else {})

    @property
    def has_imported(self) -> bool:
        """Whether the list of an archive holds."""
        return any(row.kind == LinkKind.IMPORTED for row in self.get_queryset())

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "known": self.known}

    def clean(self) -> None:
        super().clean()
        seen: set[int] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            target = data.get("target")
            if not target:
                continue
            if target.pk == self.instance.pk:
                form.add_error("target", "An event does not lead to itself.")
            elif target.language != self.instance.language:
                form.add_error("target", "Choose an event of the same language.")
            elif target.pk in seen and not data.get("DELETE"):
                form.add_error("target", "Another row leads to this event already.")
            if not data.get("DELETE"):
                seen.add(target.pk)
