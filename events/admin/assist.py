"""What the form of an event asks for while somebody types in it. Without it the form says the same, only later."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import markup
from events.converters import tag_address
from events.models import Tag
from sources.documents.folding import fold

MAX_NAMES = 8  # offered to complete a name


class AssistViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("names/", wrap(require_GET(self.names_view)), name="events_event_names"),
            path("preview/", wrap(require_POST(self.preview_view)), name="markdownx_markdownify"),
            path("upload/", wrap(require_POST(self.upload_view)), name="markdownx_upload"),
            *super().get_urls(),
        ]

    def names_view(self, request: HttpRequest) -> HttpResponse:
        """Names of tags that begin as `q` does, the most used first."""
        self._check_may_write(request)
        key, language = fold(request.GET.get("q", "")), request.GET.get("language", "")
        if not key or "\x00" in key or language not in settings.EDITIONS:
            return JsonResponse({"names": []})
        return JsonResponse({"names": [tag.name for tag in Tag.objects.beginning(language, key)[:MAX_NAMES]]})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The summary as readers will see it."""
        self._check_may_write(request)
        language = request.GET.get("language", "")
        if language not in settings.EDITIONS:
            raise Http404("No such edition.")
        return HttpResponse(markup.render(request.POST.get("content", ""), tag_address(language)))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Summaries hold no pictures, so what is dropped on the editor is not taken."""
        self._check_may_write(request)
        return JsonResponse({"image": ["A summary holds no pictures."]}, status=400)

    def _check_may_write(self, request: HttpRequest) -> None:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
