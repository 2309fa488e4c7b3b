"""Tags and categories."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from events.admin.merging import TagMergeViews
from events.forms import CategoryForm, TagAliasFormSet, TagForm
from events.importer.tag_merges import keep_chosen
from events.models import Category, Event, Tag, TagAlias
from sources.admin import NamedAdmin
from sources.documents.folding import fold


class TagAliasInline(admin.StackedInline):  # type: ignore[type-arg]  # generic for mypy only
    model = TagAlias
    formset = TagAliasFormSet
    template = "admin/rows.html"
    fields = ("name",)
    extra = 1
    verbose_name = "other name"


@admin.register(Tag)
class TagAdmin(TagMergeViews, NamedAdmin):
    form = TagForm
    inlines = (TagAliasInline,)
    list_display = ("name", "language", "number_of_events", "description")
    list_filter = ("language", "is_name_chosen")
    search_fields = ("key", "aliases__key")
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """The most used first, where one is chosen; the list of tags has an order of its own."""
        tags: QuerySet[Tag] = super().get_queryset(request)
        return tags.annotate(uses=Count("event_tags", distinct=True)).order_by("-uses", "key")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        return super().get_search_results(request, queryset, fold(search_term))

    @admin.display(description="Events", ordering="uses")
    def number_of_events(self, tag: Tag) -> int:
        return tag.uses  # type: ignore[attr-defined, no-any-return]

    def describe(self, tag: Tag) -> str:
        """The tag in a list to choose from."""
        uses = self.number_of_events(tag)
        return f"{tag.name} · {tag.language} · {uses} event{'' if uses == 1 else 's'}"

    def view_on_site(self, tag: Tag) -> str | None:
        return tag.get_absolute_url() if Event.objects.bearing(tag).exists() else None

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> tuple[str, ...]:
        """Aliases and events bear the language of their tag, so it stays."""
        return ("language",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.event_tags.exists())

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """The spelling is an editor's from now on."""
        obj.is_name_chosen = True
        super().save_model(request, obj, form, change)
        keep_chosen(obj)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    form = CategoryForm
    list_display = ("name", "position")
    actions = None
