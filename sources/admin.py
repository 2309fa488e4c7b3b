"""The editors' view of what others published."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from sources.documents.folding import collapse, fold
from sources.forms import NamesField, OtherNamesFormSet
from sources.models import Publisher, PublisherAlias, Source


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only
    authors = NamesField(required=False, help_text="Names with commas between them.")
    contributors = NamesField(required=False, help_text="Names with commas between them.")
    tags = NamesField(required=False, label="Publisher’s tags", help_text="Names with commas between them.")

    class Meta:
        model = Source
        fields = (
            "title",
            "url",
            "archived_url",
            "publisher",
            "seen_at",
            "authors",
            "contributors",
            "published_on",
            "abstract",
            "section",
            "tags",
            "caption",
            "credit",
            "body",
            "updated",
            "copyright",
        )
        widgets: ClassVar = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "url": forms.TextInput(attrs={"class": "vLargeTextField", "inputmode": "url"}),
            "archived_url": forms.TextInput(attrs={"class": "vLargeTextField", "inputmode": "url"}),
            "caption": forms.Textarea(attrs={"rows": 2}),
            "credit": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "abstract": forms.Textarea(attrs={"rows": 4}),
            "body": forms.Textarea(attrs={"rows": 12}),
        }

    def clean_title(self) -> str:
        return collapse(self.cleaned_data["title"])


class ReachFilter(admin.SimpleListFilter):
    """Sources whose articles are gone from where they stood."""

    title = "reach"
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dead", "Dead")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        sources = Source.objects.dead().values("pk")
        return queryset.filter(pk__in=sources) if self.value() == "dead" else queryset


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    form = SourceForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "url",
                    "archived_url",
                    "publisher",
                    "seen_at",
                    "authors",
                    "contributors",
                    "published_on",
                )
            },
        ),
        ("What it says", {"fields": ("abstract", "section", "tags", "caption", "credit")}),
        ("For editors only", {"fields": ("body", "updated", "copyright"), "classes": ("collapse",)}),
    )
    autocomplete_fields = ("publisher", "seen_at")
    list_display = ("title_or_address", "publisher", "published_on", "section")
    list_filter = (ReachFilter, ("published_on", admin.DateFieldListFilter))
    list_select_related = ("publisher",)
    search_fields = ("title", "url", "publisher__name")
    show_full_result_count = False
    list_per_page = 50
    actions = None
    view_on_site = False  # readers see a source only where a public event cites it, of which this room knows nothing

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).select_related("publisher")

    @admin.display(description="Title", ordering="title")
    def title_or_address(self, source: Source) -> str:
        return str(source)[:160]

    def describe(self, source: Source) -> str:
        """The source in a list to choose from."""
        date = source.published_on.isoformat() if source.published_on else ""
        publisher = source.publisher.name if source.publisher else ""
        return " · ".join(filter(None, (publisher, str(source)[:120], date)))


class NamedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """What has other names: its former name becomes one of them, so that old documents still find it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        row, former = form.instance, form.initial.get("name", "")
        row.aliases.filter(key=row.key).delete()
        if change and fold(former) != row.key:
            row.aliases.get_or_create(key=fold(former), defaults={"name": former})


class PublisherAliasInline(admin.StackedInline):  # type: ignore[type-arg]  # generic for mypy only
    model = PublisherAlias
    formset = OtherNamesFormSet
    template = "admin/rows.html"
    fields = ("name",)
    extra = 1
    verbose_name = "other name"


class PublisherAdmin(NamedAdmin):
    """Completed and registered by the events' desk, whose citations name publishers by label."""

    inlines = (PublisherAliasInline,)
    list_display = ("name", "homepage", "sources")
    search_fields = ("name", "aliases__name")
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        """The most cited first, where one is chosen; the list of publishers has an order of its own."""
        publishers: QuerySet[Publisher] = super().get_queryset(request)
        return publishers.annotate(sources=Count("published_sources", distinct=True)).order_by("-sources", "key")

    @admin.display(ordering="sources")
    def sources(self, publisher: Publisher) -> int:
        return publisher.sources  # type: ignore[attr-defined, no-any-return]

    def save_model(self, request: HttpRequest, obj: Publisher, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and fold(form.initial.get("name", "")) != obj.key:
            obj.rekey_sources()
