"""The portal's own settings, with the views that it is compared with added."""

from clouddesk.config.settings import *  # noqa: F403 (settings are taken over whole)

ROOT_URLCONF = "bench.urls"
