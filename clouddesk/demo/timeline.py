"""When the things that the demo tells of happened, seen from the moment of loading.

People ask and answer on working days. At a month's end they sit late: a step may fall in the evening, never at night.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from clouddesk.tickets.calendar import is_working_day

OPENS, CLOSES = time(8, 20), time(22, 40)
OFFICE_OPENS, OFFICE_CLOSES = time(8, 30), time(17, 30)
DATED = re.compile(r"(?:(?P<months>\d+)m (?P<day>\d{1,2})|(?P<days>\d+)d) (?P<clock>\d\d:\d\d)")
LENGTH = re.compile(r"(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")


def asked_at(spec: str, now: datetime) -> datetime:
    """The moment that ``spec`` names.

    ``3m 28 19:40`` is on the 28th three months ago, or the last working day before it; ``2d 09:15`` two working days
    ago; ``5h20m`` that long ago in office hours. Raises ValueError on anything else.
    """
    local = timezone.localtime(now)
    found = DATED.fullmatch(spec)
    if found is None:
        days, hours, minutes = _length(spec)
        if days:
            raise ValueError(f"which time of that day? {spec!r}")
        return _office_hours_before(local, timedelta(hours=hours, minutes=minutes))
    if found["days"]:
        day = _working_days_before(local.date(), int(found["days"]))
    else:
        day = _workday_until(_months_from(local.date(), -int(found["months"]), int(found["day"])))
    return datetime.combine(day, time.fromisoformat(found["clock"]), local.tzinfo)


def months_from(day: date, months: int) -> date:
    """The same day ``months`` away, or the month's last."""
    return _months_from(day, months, day.day)


def follow(asked: datetime, afters: Iterable[str], now: datetime) -> list[datetime]:
    """When steps happened that followed one another ``afters`` (``25m``, ``3h``, ``2d``), none later than ``now``."""
    moments: list[datetime] = []
    steps = list(afters)
    for index, after in enumerate(steps):
        before, left = (moments[-1] if moments else asked), len(steps) - index
        moment = _step(before, after)
        # A step that would lie ahead happened in the time that there was.
        if moment > now - timedelta(minutes=left):
            moment = before + (now - before) / (left + 1)
        moments.append(moment)
    return moments


def _length(text: str) -> tuple[int, int, int]:
    found = LENGTH.fullmatch(text)
    if not text or found is None:
        raise ValueError(f"not a time: {text!r}")
    return int(found["days"] or 0), int(found["hours"] or 0), int(found["minutes"] or 0)


def _step(moment: datetime, after: str) -> datetime:
    days, hours, minutes = _length(after)
    for _ in range(days):
        moment = _next_working_day(moment)
    moment += timedelta(hours=hours, minutes=minutes, seconds=moment.minute)
    if moment.time() > CLOSES or moment.time() < OPENS or not is_working_day(moment.date()):
        opening = moment if moment.time() < OPENS and is_working_day(moment.date()) else _next_working_day(moment)
        moment = datetime.combine(opening.date(), OFFICE_OPENS, moment.tzinfo) + timedelta(minutes=moment.minute)
    return moment


def _next_working_day(moment: datetime) -> datetime:
    moment += timedelta(days=1)
    while not is_working_day(moment.date()):
        moment += timedelta(days=1)
    return moment


def _workday_until(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _working_days_before(day: date, count: int) -> date:
    for _ in range(count):
        day = _workday_until(day - timedelta(days=1))
    return day


def _months_from(day: date, months: int, in_month: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(in_month, monthrange(year, month + 1)[1]))


def _office_hours_before(moment: datetime, span: timedelta) -> datetime:
    day = moment.date()
    while True:
        if is_working_day(day):
            opens = datetime.combine(day, OFFICE_OPENS, moment.tzinfo)
            end = min(moment, datetime.combine(day, OFFICE_CLOSES, moment.tzinfo))
            if end - opens >= span:
                return end - span
            span -= max(end - opens, timedelta())
        day -= timedelta(days=1)
