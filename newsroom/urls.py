"""Every address of the site: the admin, pictures, and the wiki's own pages."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.static import serve


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture under MEDIA_ROOT: few and small, so the site serves them itself."""
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError) as error:  # a name that no file can have
        raise Http404("No such picture.") from error


handler403 = "events.views.refused"
handler404 = "events.views.not_found"
handler500 = "events.views.broken"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("media/<path:path>", media),
    path("", include("events.urls")),
]
