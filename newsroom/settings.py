"""Settings of a Newsroom site: safe by default, changed only through the environment.

Every variable that is read stands in this file and nowhere else; docs/operating.md lists them.
"""

import datetime as dt
import logging
import re
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from newsroom import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()


def expect(is_right: bool, name: str, like: str) -> None:
    """Raise ImproperlyConfigured unless the variable of this name is right; `like` tells what it should be."""
    if not is_right:
        raise ImproperlyConfigured(f"{name} is {like}; it is “{env.str(name)}”.")


def switch(name: str, *, default: bool) -> bool:
    """What is on or off. A word that says neither could leave a site open that was to be closed."""
    said = env.str(name, default="").lower()
    expect(said in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}, name, "1 or 0")
    return said in {"1", "true", "yes", "on"} if said else default


def database(default: Path) -> dict[str, Any]:
    """What DATABASE_URL names, else the SQLite file `default`."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{default}"
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL is like sqlite:////path/of.sqlite3 or postgres://user:password@host/name; "
            f"it begins with “{re.findall('^[a-z]*:?/*', url)[0]}”."
        )
    try:
        return dict(env.db_url_config(url))
    except ValueError:  # its text may hold a piece of the password
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Is the port a number, and are signs like / # ? % in the password written as "
            "%2F %23 %3F %25?"
        ) from None


# --- Safety -----------------------------------------------------------------------------------------------

DEBUG = switch("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key.load_or_create(VAR_DIR / "secret_key")
# Where `manage.py serve` listens.
HOST = env.str("HOST", default="127.0.0.1")
PORT = int(port) if (port := env.str("PORT", default="8000")).isdecimal() else 0
expect(0 < PORT < 65536, "PORT", "a number from 1 to 65535")
THREADS = 8  # requests answered at the same time, each with a connection to the database
# Where readers reach the site, for links that are read elsewhere; else these lead to the host that was asked for.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname
expect(
    not SITE_URL or bool(SITE_HOST and re.fullmatch(r"https?://[^/?#@]+", SITE_URL)),
    "SITE_URL",
    "like https://news.example, without a path",
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", HOST, *([SITE_HOST] if SITE_HOST else [])]
)

# HTTPS=1 says that readers reach the site only through a proxy that speaks https and sets X-Forwarded-Proto.
HTTPS = switch("HTTPS", default=False)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Some of these are what Django does by itself today; a site's safety is not to hang on its defaults.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Database ---------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {"default": database(VAR_DIR / "newsroom.sqlite3")}
IS_POSTGRESQL = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
if IS_POSTGRESQL:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("pool", {"min_size": 1, "max_size": THREADS})
else:
    DATABASES["default"]["CONN_MAX_AGE"] = (
        None  # each thread keeps its own: opening takes longer than a page's questions
    )
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at the start: a transaction that reads first and writes later would
        # otherwise fail at once, without waiting, when another writer came between.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The log of writes grows to some 40 MB before it is worked into the file: an import need not do that each time.
        # What is overwritten is wiped in the file too, so that an erased passage stands nowhere in it.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=10000; "
        "PRAGMA secure_delete=ON",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Application ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "newsroom.apps.NewsroomAdminConfig",
    "events",
    "sources",
    "markdownx",
    "adminsortable2",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
if IS_POSTGRESQL:
    INSTALLED_APPS.append("django.contrib.postgres")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with a random length, so that it tells nothing of a form's token
    "csp.middleware.CSPMiddleware",  # before whitenoise, so that served files carry the policy too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last, as its documentation wants it
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Logins -----------------------------------------------------------------------------------------------

# The first one refuses whoever has guessed too often, the second one knows the passwords.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
# Under one name from one address: by the name alone a stranger could lock an editor out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "newsroom.logins.client_address"
AXES_LOCKOUT_CALLABLE = "newsroom.logins.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who logs in and when is nobody's business
AXES_ENABLE_ADMIN = False
OTP_TOTP_ISSUER = env.str("SITE_NAME", default="Newsroom")
OTP_TOTP_THROTTLE_FACTOR = 1  # seconds to wait after a wrong code, doubled by each further one
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- The wiki ---------------------------------------------------------------------------------------------

SITE_NAME = env.str("SITE_NAME", default="Newsroom")
# The languages the wiki is written in; the first one's pages have no prefix in their addresses.
EDITIONS = env.list("EDITIONS", default=["en", "zh"])
expect(bool(EDITIONS), "EDITIONS", "a list of languages like en,zh")
LANGUAGE_CODE = "en"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["newsroom.formats"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
expect(TIME_ZONE in zoneinfo.available_timezones(), "TIME_ZONE", "a place like Europe/Berlin")
USE_TZ = True
# FETCH=0 says that this machine asks no other server for the titles of articles.
FETCH = switch("FETCH", default=True)


# --- Files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.static_files.OneStyleSheetStorage"
    },
}

# --- Logging ----------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
expect(LOG_LEVEL in logging.getLevelNamesMapping(), "LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR or CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Without its own handlers Django's logger passes everything on to the root: one line per message.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"level": "WARNING"},  # it would tell of every login
    },
}
