"""The editors' admin."""

from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from newsroom import confirming, dashboard, two_factor

ORDER = {name: place for place, name in enumerate(("Event", "Tag", "Category", "Source", "Publisher", "User"))}


class NewsroomAdminSite(AdminSite):
    """Django's admin under the site's own name; every app registers with it through `admin.site`."""

    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = "The desk"
    enable_nav_sidebar = False
    login_form = two_factor.LoginForm

    def get_urls(self) -> list[URLPattern | URLResolver]:
        view = self.admin_view(two_factor.two_factor_view)
        return [path("second-proof/", view, name="two_factor"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits, and what was changed last, as far as the person may see it."""
        user, context = request.user, {}
        if isinstance(user, User) and user.has_perm("events.view_event"):
            context["desk"] = dashboard.read(user)
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """What editors work with most comes first."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.get(model["object_name"], len(ORDER)))
        return sorted(apps, key=lambda app: min(ORDER.get(m["object_name"], len(ORDER)) for m in app["models"]))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(confirming.guarded(view), cacheable)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, DescribingAutocomplete.as_view(admin_site=self)(request))


class DescribingAutocomplete(AutocompleteJsonView):
    """Django's list of what a field may hold, in the words of the model's admin: headlines alone do not tell dates."""

    def get_queryset(self) -> QuerySet[Model]:
        return super().get_queryset() if "\x00" not in self.term else self.model_admin.model._default_manager.none()

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        describe = getattr(self.model_admin, "describe", str)
        return super().serialize_result(obj, to_field_name) | {"text": describe(obj)}
