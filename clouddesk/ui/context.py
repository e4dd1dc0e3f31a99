"""What every page knows: the person, the vendor, the parts that they may open, and how it is shown."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from clouddesk.ui.branding import brand
from clouddesk.ui.navigation import parts_for

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the layout: ``user``, ``vendor``, ``parts``, ``theme`` ("" follows the system), ``language``."""
    user = getattr(request, "user", None) or AnonymousUser()
    return {
        "user": user,
        "vendor": brand(),
        "parts": tuple(parts_for(user)),
        "theme": theme_of(request),
        "language": language_tag(),
        # Masked once for all forms of the page.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme that the person chose in this browser, or "" for the system's."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def language_tag() -> str:
    """The language of the page as HTML names it: zh-CN for Django's zh-hans."""
    language = get_language() or "zh-hans"
    return "zh-CN" if language == "zh-hans" else language
