"""Who the pages say they belong to. The rows live in the catalogue above; it hands them down through ``use``."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

SECONDS_KEPT = 60.0


@dataclass(frozen=True)
class Brand:
    """What pages say of the vendor while nothing is known: the fields of ``catalog.Vendor``, empty."""

    site_name: str = "云桌面"
    name: str = ""
    slogan: str = ""
    logo: str = ""
    hotline: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    terms: str = ""


_source: Callable[[], Any] = Brand
_kept: tuple[float, Any] = (0.0, None)


def use(source: Callable[[], Any]) -> None:
    """Ask ``source`` for the vendor from now on; it answers None when there is none yet."""
    global _source
    _source = source
    forget()


def forget() -> None:
    """Ask again for the next page, which shows what was just saved."""
    global _kept
    _kept = (0.0, _kept[1])


def last_known() -> Any:
    """The vendor as this process last saw them, for pages that must not ask a database."""
    return _kept[1] or Brand()


def brand() -> Any:
    """The vendor, asked for at most once a minute in a process; without a database the last one known."""
    global _kept
    until, known = _kept
    now = time.monotonic()
    if now >= until:
        try:
            known = _source() or Brand()
        except (DatabaseError, DriverError):
            return last_known()
        _kept = (now + SECONDS_KEPT, known)
    return known
