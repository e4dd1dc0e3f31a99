"""Working days as China counts them: public holidays off, made-up weekends on (the State Council's yearly list)."""

from datetime import date, datetime, timedelta

import chinese_calendar
from django.utils import timezone


def is_working_day(day: date) -> bool:
    """Whether ``day`` is worked. A year whose list is not out yet goes by Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working_days_before(moment: datetime, count: int) -> datetime:
    """The latest moment from which ``count`` whole working days have passed until ``moment``.

    Counted from a day that is not worked, the first of them begins with the next that is.
    """
    local = timezone.localtime(moment)
    while not is_working_day(local.date()):
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while count:
        local -= timedelta(days=1)
        if is_working_day(local.date()):
            count -= 1
    return local
