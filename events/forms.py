"""The forms with which editors write events, editorials and tags."""

import datetime as dt
import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from markdownx.widgets import AdminMarkdownxWidget

from events import services
from events.converters import edition_name
from events.documents.names import unique_names
from events.importer import holder_of, slug_for
from events.markup import is_site_path, linked_names, without_wiki_links
from events.models import Category, Editorial, Event, Tag
from sources.documents.folding import collapse, fold
from sources.documents.urls import is_web_address
from sources.forms import NamesField, OtherNamesFormSet

# In the posted data of a form that is shown again because somebody else saved: after it was opened
# (events/admin/conflicts.py), or at the same moment; or because it is brought back unsaved.
CONFLICT, CLASH, BROUGHT_BACK = "_conflict", "_clash", "_brought_back"
FIRST_YEAR = 1000  # that can be typed: an earlier one lacks a digit, as "0217" does
_SHOWN_AGAIN = {
    CONFLICT: "Somebody else saved this after you had opened it.",
    BROUGHT_BACK: "This was brought back; nothing of it is saved yet.",
    CLASH: "Nothing was saved: somebody else wrote the same at the same moment. Look at the form and save it again.",
}


def posted_number(text: Any, otherwise: int = 0) -> int:
    """The number of a row or version that a form posted or an address holds; `otherwise` for anything else."""
    return int(text) if re.fullmatch(r"\d{1,9}", str(text), re.ASCII) else otherwise


def editions() -> list[tuple[str, str]]:
    """The languages to choose from."""
    return [(code, edition_name(code)) for code in settings.EDITIONS]


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]  # the library has no types
    """The library's editor with our own views behind it: its own two need no login."""

    language = settings.EDITIONS[0]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-markdownx-urls-path": f"{reverse('admin:markdownx_markdownify')}?language={self.language}",
            "data-markdownx-upload-urls-path": reverse("admin:markdownx_upload"),
        }
        return context


class TagNamesWidget(forms.Textarea):
    """A line of tag names that static/desk/names.js completes while one types."""

    language = settings.EDITIONS[0]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-names": reverse("admin:events_event_names"),
            "data-language": self.language,
            "rows": 1,
        }
        return context


class MomentField(forms.DateTimeField):
    """A date and a time of the wiki's day, in the browser's own field."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class SubjectForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    """What the forms of events and editorials share.

    `version` is the one that was opened; `comment` goes into the history. `faults` are what the services refused it
    for, by field. A move may need one of the last three fields.
    """

    faults: ClassVar[dict[str, str]] = {}
    titled_by = "headline"  # the field of which an address is made

    language = forms.ChoiceField(choices=editions)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        required=False, max_length=500, label="What you changed", help_text="For the history; one line is enough."
    )
    correction = forms.CharField(
        required=False,
        label="Correction",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Readers see it, with today’s date: what was wrong, and what is right.",
    )
    publish_at = MomentField(required=False, label="Publish at", help_text=f"In the wiki’s time, {settings.TIME_ZONE}.")
    withdrawn_reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Why", help_text="Readers see it."
    )
    reply = forms.CharField(
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What is missing",
        help_text="The author sees it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "date" in self.fields and not self.instance.pk:
            self.initial.setdefault("date", timezone.localdate)
            self.fields[self.titled_by].widget.attrs["autofocus"] = True
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["publish_at"] = self.instance.publish_at
            self.initial["withdrawn_reason"] = self.instance.withdrawn_reason

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        if date.year < FIRST_YEAR and "date" in self.changed_data:
            raise ValidationError(f"This is in the year {date.year:04d}. Write a year from {FIRST_YEAR} on.")
        return date

    def clean_correction(self) -> str:
        text = collapse(self.cleaned_data["correction"])
        if text and not self.instance.is_public:
            raise ValidationError(
                f"A correction is for what readers have seen; this {self.instance._meta.verbose_name} is not public."
            )
        return text

    def save(self, commit: bool = True) -> Any:
        services.correct(self.instance, self.cleaned_data["correction"])
        return super().save(commit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for mark in _SHOWN_AGAIN.keys() & self.data.keys():
            raise ValidationError(_SHOWN_AGAIN[mark])
        for field, message in self.faults.items():
            self.add_error(field, message)
        if data.get("date") and data.get(self.titled_by) and "slug" in data:
            self._clean_slug(data)
        return data

    def _clean_slug(self, data: dict[str, Any]) -> None:
        """An empty slug is made from the headline or title; one that another has or had is refused."""
        model = type(self.instance)
        subject = model(pk=self.instance.pk, language=data.get("language") or self.instance.language)
        if not data["slug"]:
            data["slug"] = slug_for(subject, data["date"], "", data[self.titled_by])
        elif (holder := holder_of(model, subject.language, data["date"], data["slug"])) and holder.pk != subject.pk:
            name = model._meta.verbose_name
            self.add_error("slug", f"Another {name} has or had this address: {str(holder)[:80]}")


class EventForm(SubjectForm):
    """An event as an editor sees it."""

    topic_names = NamesField(
        required=False,
        widget=TagNamesWidget,
        label="Topics",
        help_text="The running stories it belongs to, broadest first.",
    )
    tag_names = NamesField(
        required=False,
        widget=TagNamesWidget,
        label="Tags",
        help_text="Who, where and what it is about, with commas between the names. The topics are added by themselves.",
    )
    computes_related = forms.BooleanField(
        required=False,
        label="Compute the related events from now on",
        help_text="The list from the archive goes; pinned and hidden events stay.",
    )

    class Meta:
        model = Event
        fields = (
            "date",
            "language",
            "headline",
            "category",
            "summary",
            "is_unsourced",
            "slug",
            "image_url",
            "image_caption",
            "image_credit",
        )
        widgets: ClassVar = {
            "headline": forms.Textarea(attrs={"rows": 3, "data-links": "plain"}),
            "summary": MarkdownWidget(attrs={"data-links": "markdown"}),
            "image_url": forms.TextInput(attrs={"class": "vLargeTextField", "inputmode": "url"}),
            "image_caption": forms.Textarea(attrs={"rows": 2}),
            "image_credit": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "slug": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event := self.instance if self.instance.pk else None:
            for name in {"summary", "topic_names", "tag_names"} & self.fields.keys():
                self.fields[name].widget.language = event.language
            self.initial["topic_names"] = [row.spelling for row in event.topics]
            self.initial["tag_names"] = [row.spelling for row in event.event_tags.all()]

    def clean_headline(self) -> str:
        """A headline is plain text: its wiki links tag the event (`_names_in_text`) and leave their words."""
        return collapse(without_wiki_links(self.cleaned_data["headline"]))

    def clean_image_url(self) -> str:
        address: str = self.cleaned_data["image_url"].strip()
        if address and not is_site_path(address) and not is_web_address(address):
            raise ValidationError("Give a complete web address, or a path of this site that begins with a slash.")
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        topics, tags = data.get("topic_names"), data.get("tag_names")
        if topics is not None and tags is not None:
            data["tag_names"] = list(unique_names((*tags, *self._names_in_text(data), *topics)))
        return data

    def _names_in_text(self, data: dict[str, Any]) -> list[str]:
        """The names that wiki links in the headline and new ones in the summary tag the event with.

        One that the summary had before does not: its editor may have taken the tag away.
        """
        headline = linked_names(str(self.data.get(self.add_prefix("headline"), "")))
        before = {fold(name) for name in linked_names(self.initial.get("summary") or "")}
        summary = linked_names(data.get("summary") or "")
        return [*headline, *(name for name in summary if fold(name) not in before)]


class EditorialForm(SubjectForm):
    """An editorial as an editor sees it."""

    titled_by = "title"

    class Meta:
        model = Editorial
        fields = ("date", "language", "title", "standfirst", "author", "body", "slug")
        widgets: ClassVar = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "standfirst": forms.Textarea(attrs={"rows": 2}),
            "author": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "body": MarkdownWidget(attrs={"rows": 24}),
            "slug": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }
        help_texts: ClassVar = {"slug": "The end of its address. Left empty, it is made from the title."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "body" in self.fields:
            self.fields["body"].widget.language = self.instance.language

    def clean_title(self) -> str:
        return collapse(self.cleaned_data["title"])

    def clean_author(self) -> str:
        return collapse(self.cleaned_data["author"])

    def clean_standfirst(self) -> str:
        return collapse(self.cleaned_data["standfirst"])

    def clean_body(self) -> str:
        """With the ends of lines as documents have them."""
        text: str = self.cleaned_data["body"]
        return text.replace("\r\n", "\n").strip()


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    """A row that can be ordered. Its place alone does not make an empty row a new one."""

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - (set() if self.instance.pk else {"position"}))


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    language = forms.ChoiceField(choices=editions)

    class Meta:
        model = Tag
        fields = ("language", "name", "description", "wikidata")
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "description": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        language = self.cleaned_data.get("language") or self.instance.language
        if Tag.objects.exclude(pk=self.instance.pk).by_any_name(language, [name]):
            raise ValidationError("Another tag has this name or alias.")
        return name


class TagAliasFormSet(OtherNamesFormSet):
    def clean(self) -> None:
        super().clean()
        others = Tag.objects.exclude(pk=self.instance.pk)
        for form in self.kept():
            name = form.cleaned_data.get("name")
            if name and others.by_any_name(self.instance.language, [name]):
                form.add_error("name", "Another tag has this name or alias.")


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    aliases = NamesField(required=False, help_text="Other spellings in archives, with commas between them.")

    class Meta:
        model = Category
        fields = ("name", "aliases", "position")

    def clean(self) -> dict[str, Any]:
        """A former name becomes an alias, so that old documents still find the category."""
        data = super().clean() or self.cleaned_data
        if "name" not in data or "aliases" not in data:
            return data
        names = unique_names([data["name"], *data["aliases"], self.initial.get("name", "")])
        data["aliases"] = list(names[1:])
        others = Category.objects.exclude(pk=self.instance.pk).by_any_name()
        for name in names:
            if fold(name) in others:
                raise ValidationError(f"Another category has the name or alias “{name}”.")
        return data
