"""Settings of the tests: the portal's own, in a directory that is thrown away, with a password hash that costs little.

Nothing of the developer's environment reaches a test. The database's address comes later (tests/conftest.py), so that a
test that needs no database starts none.
"""

import os
import tempfile

for name in [name for name in os.environ if name.startswith("CLOUDDESK_") or name in {"DATABASE_URL", "EMAIL_URL"}]:
    if name != "CLOUDDESK_TEST_DATABASE_URL":
        del os.environ[name]
os.environ["CLOUDDESK_DATA"] = tempfile.mkdtemp(prefix="clouddesk-test-")
os.environ["CLOUDDESK_SECRET_KEY"] = "the tests' own key, which protects nothing"
os.environ["CLOUDDESK_POOL"] = "0"  # a test's threads and databases come and go
os.environ.setdefault("CLOUDDESK_LOG_LEVEL", "WARNING")

from clouddesk.config.settings import *  # noqa: E402, F403 - these are those settings, changed below

DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "", "CONN_MAX_AGE": 0}}
PASSWORD_HASHERS = ["tests.passwords.CheapHasher"]
