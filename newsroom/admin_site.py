"""The editors' admin."""

from django.conf import settings
from django.contrib.admin import AdminSite


class NewsroomAdminSite(AdminSite):
    """Django's admin under the site's own name; every app registers with it through `admin.site`."""

    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = "Newsroom"
