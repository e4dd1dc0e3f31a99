"""The words of the templates in the reader's language."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from markupsafe import Markup


def translate(message: str, /, **values: Any) -> Markup:
    """``_("…")`` in templates: the message in the reader's language, with ``%(name)s`` filled in and escaped.

    Jinja's own asks its context twice and makes the text anew for each of the hundred calls of a page.
    """
    if values:
        return _marked(get_language(), message) % values
    return _whole(get_language(), message)


@lru_cache(maxsize=8192)
def _marked(language: str | None, message: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704 (a message of ours)


@lru_cache(maxsize=8192)
def _whole(language: str | None, message: str) -> Markup:
    return _marked(language, message) % {}
