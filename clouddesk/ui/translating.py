"""The words of the templates in the reader's language."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext
from markupsafe import Markup


def _language() -> str | None:
    # Looking which one is active is the dearest part of a word, and there may be but one.
    return get_language() if len(settings.LANGUAGES) > 1 else None


def translate(message: str, /, **values: Any) -> Markup:
    """``_("…")`` in templates: the message in the reader's language, with ``%(name)s`` filled in and escaped.

    Jinja's own asks its context twice and makes the text anew for each of the hundred calls of a page.
    """
    if values:
        return _marked(_language(), message) % values
    return _whole(_language(), message)


@lru_cache(maxsize=8192)
def _marked(language: str | None, message: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704 (a message of ours)


@lru_cache(maxsize=8192)
def _whole(language: str | None, message: str) -> Markup:
    return _marked(language, message) % {}


def remembered(macro: Callable[..., Markup], variants: int = 256) -> Callable[..., Markup]:
    """``{% set badge = remembered(draw_badge) %}``: a macro drawn once for the same arguments and language.

    For pieces that depend on nothing else and that many pages repeat; the latest ``variants`` are kept. It must stand
    in a template that is imported without context: such a one is evaluated once, a page each time.
    """

    @lru_cache(maxsize=variants)
    def drawn(language: str | None, *arguments: Any) -> Markup:
        return macro(*arguments)

    return lambda *arguments: drawn(_language(), *arguments)
