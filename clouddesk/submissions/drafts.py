"""What a draft may be: which forms keep one, and how much of what."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

MAX_BYTES = 200_000
MAX_FILES = 20
_forms: dict[str, frozenset[str]] = {}


def register(form: str, fields: frozenset[str]) -> None:
    """Let drafts of ``form`` be kept, of these fields and of the files uploaded for it; called from ready()."""
    _forms[form] = fields | {"key", "uploads"}


def is_known(form: str) -> bool:
    """Whether ``form`` keeps drafts."""
    return form in _forms


def cleaned(form: str, body: bytes) -> dict[str, Any]:
    """The fields that a browser sent, with unknown ones left out; raises ValueError with words for what is no draft."""
    if len(body) > MAX_BYTES:
        raise ValueError(_("草稿太长，没有保存。"))
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("草稿的格式不对，没有保存。")) from error
    if not isinstance(sent, dict) or not all(
        isinstance(sent.get(name, ""), str) for name in _forms[form] - {"uploads"}
    ):
        raise ValueError(_("草稿的格式不对，没有保存。"))
    fields: dict[str, Any] = {name: value for name, value in sent.items() if name in _forms[form]}
    fields["uploads"] = _ids(sent.get("uploads", []))
    if not all(_storable(value) for value in fields.values() if isinstance(value, str)):
        raise ValueError(_("草稿里有不能保存的字符。"))
    return fields


def _ids(sent: Any) -> list[str]:
    try:
        return [str(UUID(item)) for item in sent][:MAX_FILES]
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(_("草稿的格式不对，没有保存。")) from error


def _storable(text: str) -> bool:
    """PostgreSQL's jsonb takes neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
