"""Settings of the portal, from the environment (docs/operations.md lists the variables)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool.base import AttemptWithBackoff

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CLOUDDESK_DATA", "data")).resolve()
DEBUG = os.environ.get("CLOUDDESK_DEBUG") == "1"


def _secret_key() -> str:
    """The operator's key, else the one that the command line made at first start."""
    if key := os.environ.get("CLOUDDESK_SECRET_KEY"):
        return key
    file = DATA / "keys" / "secret_key"
    return file.read_text().strip() if file.exists() else ""


SECRET_KEY = _secret_key()

# Where it is reached
PUBLIC_URL = os.environ.get("CLOUDDESK_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    host
    for host in (
        urlsplit(PUBLIC_URL).hostname,
        "127.0.0.1",
        "localhost",
        *os.environ.get("CLOUDDESK_ALLOWED_HOSTS", "").split(","),
    )
    if host
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "clouddesk.config.urls"
WSGI_APPLICATION = "clouddesk.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
    "clouddesk.ui",
    "clouddesk.catalog",
    "clouddesk.accounts",
    "clouddesk.files",
    "clouddesk.submissions",
    "clouddesk.notifications",
    "clouddesk.entries",
    "clouddesk.tickets",
    "clouddesk.home",
    "clouddesk.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clouddesk.ui.middleware.Words",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(PACKAGE.glob("*/templates")),
        "OPTIONS": {
            "environment": "clouddesk.ui.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "clouddesk.ui.context.frame",
                "clouddesk.notifications.context.unread",
            ],
        },
    },
    # allauth brings templates in Django's own language.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]


# Database
def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": ""}
    try:
        parts = conninfo_to_dict(url)
    except Exception as error:
        raise ImproperlyConfigured("DATABASE_URL is not a PostgreSQL address.") from error
    pool = int(os.environ.get("CLOUDDESK_POOL", "8"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0,
        # A pooled connection that a restarted server left broken is replaced before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parts,
            # For clouddesk.statements: what is prepared there has one plan for all values.
            "prepare_threshold": 5,
            "options": f"{parts.get('options', '')} -c plan_cache_mode=force_generic_plan".strip(),
            "pool": {"min_size": 1, "max_size": pool, "timeout": 10} if pool else False,
        },
    }


# A pool tries a lost connection again every half second, not after 1, 2, 4, 8 … seconds: the pages come back with the
# database, while requests wait for it.
AttemptWithBackoff.INITIAL_DELAY = 0.5
AttemptWithBackoff.DELAY_BACKOFF = 1.0


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home:desktop"
SESSION_ENGINE = "clouddesk.accounts.sessions"
SESSION_COOKIE_NAME = "clouddesk"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "clouddesk_csrf"
CSRF_FAILURE_VIEW = "clouddesk.ui.errors.csrf_failure"

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("CLOUDDESK_TIME_ZONE", "Asia/Shanghai")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "ui" / "static"
STATICFILES_DIRS: list[Path] = []
# The build packs its files and writes a hash of the content into each name (ui/frontend/vite.config.ts).
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "clouddesk.files.storage.DurableStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEBIBYTE = 1024 * 1024
UPLOAD_MAX_BYTES = int(os.environ.get("CLOUDDESK_UPLOAD_MAX_MB", "50")) * MEBIBYTE
UPLOAD_DAILY_BYTES = int(os.environ.get("CLOUDDESK_UPLOAD_DAILY_MB", "2048")) * MEBIBYTE  # of one person
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MEBIBYTE
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * MEBIBYTE
FILE_UPLOAD_HANDLERS = ["clouddesk.files.receiving.BoundedUploadHandler"]
UPLOAD_INCOMING = DATA / "incoming"  # where files are while their request comes in: never the memory of a tmpfs
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The styles carry small drawings as data; a chosen picture is shown before it is sent.
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}


# Mail
def _mail() -> dict[str, object]:
    url = os.environ.get("EMAIL_URL")
    if not url:
        outbox = DATA / "outbox" / "mail"
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": outbox}
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": options.get("tls") == ["1"],
        "EMAIL_USE_SSL": options.get("ssl") == ["1"],
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_mail())
DEFAULT_FROM_EMAIL = os.environ.get("CLOUDDESK_MAIL_FROM", "clouddesk@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CLOUDDESK_LOG_LEVEL", "INFO")},
    # The one tells of every job, and of every task at every start, the other of each try to connect.
    "loggers": {"procrastinate": {"level": "WARNING"}, "psycopg.pool": {"level": "ERROR"}},
}

# allauth: signing in, mail addresses. The guessing limits are ours (clouddesk.accounts.guessing), in the database.
AUTHENTICATION_BACKENDS = ["clouddesk.accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "clouddesk.accounts.passwords.Length"},
    {"NAME": "clouddesk.accounts.passwords.NotCommon"},
    {"NAME": "clouddesk.accounts.passwords.NotOwnData"},
]
PASSWORD_HASHERS = ["clouddesk.accounts.passwords.Hasher"]
ACCOUNT_ADAPTER = "clouddesk.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = True


def _proxies() -> dict[str, object]:
    """How many proxies of the operator's stand in front: what they say of the client and of TLS is believed."""
    count = int(os.environ.get("CLOUDDESK_TRUSTED_PROXIES", "0"))
    scheme = ("HTTP_X_FORWARDED_PROTO", "https") if count else None
    return {"ALLAUTH_TRUSTED_PROXY_COUNT": count, "SECURE_PROXY_SSL_HEADER": scheme}


globals().update(_proxies())
# User names are unique whatever their case, by a constraint that this check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
