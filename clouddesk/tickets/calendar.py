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
    """The latest moment from which ``count`` whole working days have passed until ``moment``."""
    local = timezone.localtime(moment)
    while count:
        if is_working_day(local.date()):
            count -= 1
        local -= timedelta(days=1)
    return local
