"""Addresses of routes, as templates ask for them."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route, worked out once: every page has a dozen of them, and a list one in each row."""
    if kwargs:
        return reverse(name, kwargs=kwargs)
    return _worked_out(name, get_script_prefix(), args)


@lru_cache(maxsize=4096)
def _worked_out(name: str, prefix: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args or None)
