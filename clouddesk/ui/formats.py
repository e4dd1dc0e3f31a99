"""How values read in Chinese pages: times, sizes, data for scripts."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KIBIBYTE = 1024
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def format_datetime(value: datetime | None) -> str:
    """Minutes in local time, as in 2026-11-24 09:05; nothing for None."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def format_date(value: date | None) -> str:
    """The local day, as in 2026-11-24; nothing for None."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return f"{value:%Y-%m-%d}" if value else ""


def format_ago(value: datetime | None) -> str:
    """How long ago in words while that is within two days, then the date."""
    if value is None:
        return ""
    passed = timezone.now() - value
    if passed < timedelta(minutes=1):
        return _("刚刚")
    if passed < timedelta(hours=1):
        minutes = int(passed.total_seconds() // 60)
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", minutes) % {"n": minutes}
    local = timezone.localtime(value)
    days = (timezone.localdate() - local.date()).days
    if days == 0:
        return _("今天 %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return _("昨天 %(time)s") % {"time": f"{local:%H:%M}"}
    return f"{local:%Y-%m-%d}"


def format_filesize(size: int) -> str:
    """Bytes in the largest unit that leaves at least one, as in 3.4 MB."""
    if size < KIBIBYTE:
        return _("%(n)s 字节") % {"n": size}
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= KIBIBYTE
        if value < KIBIBYTE or unit == "GB":
            break
    return f"{value:.1f} {unit}"


def format_json(value: Any) -> str:
    """JSON for a data attribute: ``data-tree="{{ tree|json }}"``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).translate(JSON_ESCAPES)
