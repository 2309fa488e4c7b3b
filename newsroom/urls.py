"""Every address of the site: the admin, uploaded files, and the wiki's own pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

handler404 = "events.views.not_found"
urlpatterns = [
    path("admin/", admin.site.urls),
    # Pictures are few, small and re-encoded on upload, so the site serves them itself.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("events.urls")),
]
