"""The rows of an event's form that say where it comes from. One field takes an address, a title or a bare name."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from adminsortable2.admin import CustomInlineFormSet
from django import forms
from django.core.exceptions import ValidationError

from events.forms import RowForm, posted_number
from events.models import Citation
from sources import completing
from sources.documents import ArticleDocument, DocumentError
from sources.documents.folding import collapse
from sources.documents.names import MAX_NAME
from sources.documents.urls import is_web_address
from sources.forms import LoadedRowsFormSet
from sources.importer import SourceShelf, check_article
from sources.models import Publisher, Source, url_key


class CitedSources:
    """The sources that the rows of a form name: looked up together, and made together for new addresses."""

    def __init__(self, known: Iterable[Source], numbers: Iterable[int], words: Iterable[str]) -> None:
        self._by_number = {source.pk: source for source in known}
        sources = Source.objects.select_related("publisher")
        if missing := set(numbers) - self._by_number.keys():
            self._by_number |= sources.in_bulk(missing)
        keys = {url_key(text): text for text in words if is_web_address(text)}
        titles = set(words) - set(keys.values())
        self._by_words = {}
        if titles:
            self._by_words = {source.title: source for source in sources.filter(title__in=titles).order_by("-pk")}
        if keys:
            self._by_words |= {keys[source.key]: source for source in sources.filter(key__in=keys)}
        self._new: dict[str, Source] = {}

    def numbered(self, number: int) -> Source | None:
        return self._by_number.get(number)

    def named(self, words: str) -> Source | None:
        """The source with this address or title."""
        return self._by_words.get(words)

    def make(self, cited: Mapping[str, str]) -> None:
        """Make sources of addresses, given with their labels, and let their pages be read. In a transaction."""
        articles = {url: (ArticleDocument(url=url), label) for url, label in cited.items()}
        shelf = SourceShelf(articles.values())
        self._new = {url: shelf.source(*article) for url, article in articles.items()}
        shelf.write()
        for source in set(self._new.values()):
            completing.complete(source)

    def made(self, url: str) -> Source:
        return self._new[url]


class SourceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for mypy only
    """The number of a source, looked up with those of the other rows."""

    widget = forms.HiddenInput
    sources: CitedSources

    def to_python(self, value: Any) -> Source | None:
        if value in self.empty_values:
            return None
        if source := self.sources.numbered(posted_number(value)):
            return source
        raise ValidationError("This source is not in the wiki any more.", code="invalid_choice")


class CitationForm(RowForm):
    """A citation. What is typed into `cited` becomes its source, or its label if no source is called so."""

    cited = forms.CharField(
        required=False,
        max_length=2000,
        label="Address, title or name",
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "data-cited": "", "autocomplete": "off"}),
    )
    source = SourceField(Source.objects.all(), required=False)

    class Meta:
        model = Citation
        fields = ("cited", "label", "source", "position")

    def __init__(self, *args: Any, sources: CitedSources, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        self.fields["source"].sources = sources  # type: ignore[attr-defined]
        self.new_url = ""

    @property
    def chosen(self) -> Source | None:
        """The source that the row shows."""
        return self.sources.numbered(posted_number(self["source"].value()))

    def _get_validation_exclusions(self) -> set[str]:
        """The field has looked the source up; the model need not ask again."""
        return {*super()._get_validation_exclusions(), "source"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "source" not in data or "label" not in data or "cited" not in data:
            return data
        if words := collapse(data["cited"]):
            self._resolve(words, data)
        source = data["source"]
        if not data["label"] and not source and not self.new_url:
            raise ValidationError("Paste an address, find a source by its title, or write the label alone.")
        if source and source.publisher and (not data["label"] or self._label_is_of_the_former_source()):
            data["label"] = source.publisher.name
        return data

    def _resolve(self, words: str, data: dict[str, Any]) -> None:
        """What was typed: a known source, a new address, or the label alone."""
        if source := self.sources.named(words):
            data["source"] = source
        elif is_web_address(words):
            try:
                check_article(ArticleDocument(url=words))
            except DocumentError as error:
                raise ValidationError({"cited": error.reason}) from error
            data["source"], self.new_url = None, words
            home = Publisher.objects.at_home(words)
            data["label"] = data["label"] or (home.name if home else "")
        elif data["label"] or data["source"] or len(words) > MAX_NAME:
            raise ValidationError({"cited": "No source has this address or title."})
        else:
            data["label"] = words

    def _label_is_of_the_former_source(self) -> bool:
        """Whether another source was chosen and the label still names the publisher of the one before."""
        former = self.instance.source if self.instance.pk and "label" not in self.changed_data else None
        if not former or former == self.cleaned_data["source"]:
            return False
        return bool(former.publisher and former.publisher.name == self.initial["label"])

    def save(self, commit: bool = True) -> Any:
        if self.new_url:
            self.instance.source = self.sources.made(self.new_url)
        return super().save(commit)


class CitationFormSet(LoadedRowsFormSet, CustomInlineFormSet):  # type: ignore[misc]  # the library has no types
    """The citations of an event, with their sources looked up and made for all rows at once."""

    @cached_property
    def sources(self) -> CitedSources:
        known = (row.source for row in self.get_queryset() if row.source)
        if not self.is_bound:
            return CitedSources(known, (), ())
        posted = [
            (self.data.get(f"{self.prefix}-{number}-source"), self.data.get(f"{self.prefix}-{number}-cited", ""))
            for number in range(self.total_form_count())
        ]
        numbers = {found for number, _ in posted if (found := posted_number(number))}
        return CitedSources(known, numbers, {words for _, text in posted if (words := collapse(text))})

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "sources": self.sources}

    def save(self, commit: bool = True) -> Any:
        kept: list[Any] = [form for form in self.forms if not self._should_delete_form(form)]
        if new := {form.new_url: form.cleaned_data["label"] for form in kept if form.new_url}:
            self.sources.make(new)
        return super().save(commit)
