"""The browsers in which somebody has signed in before: a signed cookie that holds for long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

COOKIE = "clouddesk_device"
SALT = "clouddesk.accounts.devices"
KNOWN_FOR = timedelta(days=400)  # browsers keep no cookie longer
MOST_NAMES = 8  # people who share a computer


@dataclass(frozen=True)
class Device:
    """A browser, by a random id, with digests of the names that signed in in it, last one first."""

    id: str = field(default_factory=lambda: get_random_string(16))
    names: tuple[str, ...] = ()


def device_of(request: HttpRequest) -> Device:
    """The browser that sent ``request``; a new one when its cookie is missing, old or not ours."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
        return Device(kept["id"], tuple(kept["names"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return Device()


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Let the browser know that the person with digest ``name`` has signed in in it."""
    device = device_of(request)
    names = (name, *(other for other in device.names if other != name))[:MOST_NAMES]
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": device.id, "names": names}, salt=SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
