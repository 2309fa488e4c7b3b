"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_wsgi_application()

# What is loaded now stays. Python's collector would go through all of it again and again, each time for the length of
# a whole search, whenever a page has made many objects.
get_resolver().url_patterns  # noqa: B018  # loads all views
gc.collect()
gc.freeze()
