"""Every address of the site: the admin, pictures, and the wiki's own pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

handler403 = "events.views.refused"
handler404 = "events.views.not_found"
handler500 = "events.views.broken"
urlpatterns = [
    path("admin/", admin.site.urls),
    # Pictures that the operator laid into var/media: few and small, so the site serves them itself.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("events.urls")),
]
