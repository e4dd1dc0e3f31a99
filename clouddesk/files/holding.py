"""Who holds a file, and who may therefore read it.

Rooms above this one attach files to what is theirs and register here, so that this room needs to know none of them.
A file that nobody holds is seen by its uploader alone, and is removed after some days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clouddesk.files.models import Upload


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A room that attaches files.

    ``held`` says which of some ids it holds. ``may_read`` says whether a person may read a file because of what it is
    attached to: None when this room holds it not.
    """

    held: Callable[[Collection[UUID]], set[UUID]]
    may_read: Callable[[Any, Upload], bool | None]


_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Add a room; called from ``AppConfig.ready``."""
    if holder not in _holders:
        _holders.append(holder)


def may_read(user: Any, upload: Upload) -> bool:
    """The rule of who may read a file."""
    answers = [answer for holder in _holders if (answer := holder.may_read(user, upload)) is not None]
    return any(answers) if answers else bool(upload.owner_id == user.pk)


def held(ids: Collection[UUID]) -> set[UUID]:
    """Those of ``ids`` that some room holds."""
    return {pk for holder in _holders for pk in holder.held(ids)}
