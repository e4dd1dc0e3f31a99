"""Addresses of routes, as templates ask for them."""

from functools import cache
from typing import Any

from django.urls import get_script_prefix, reverse


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route. One without parts that vary is worked out once: every page has a dozen of them."""
    if args or kwargs:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    return _fixed(name, get_script_prefix())


@cache
def _fixed(name: str, prefix: str) -> str:
    return reverse(name)
