"""When the demo's things happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouddesk.demo.timeline import asked_at, follow, months_from
from clouddesk.tickets.calendar import is_working_day

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=CHINA)  # a Wednesday


def test_a_day_of_an_earlier_month() -> None:
    assert asked_at("1m 29 10:18", NOW) == datetime(2026, 10, 29, 10, 18, tzinfo=CHINA)


def test_a_day_off_becomes_the_working_day_before() -> None:
    # The 31st is a Saturday, the first week of October a holiday.
    assert asked_at("1m 31 18:25", NOW) == datetime(2026, 10, 30, 18, 25, tzinfo=CHINA)
    assert is_working_day(asked_at("1m 3 09:00", NOW).date())


def test_a_day_that_the_month_lacks_is_its_last() -> None:
    march = datetime(2027, 3, 31, 10, 0, tzinfo=CHINA)
    assert months_from(march.date(), -1).isoformat() == "2027-02-28"


def test_working_days_and_office_hours_back() -> None:
    assert asked_at("3d 09:15", NOW) == datetime(2026, 11, 20, 9, 15, tzinfo=CHINA)
    # An hour and a half of today's morning, the rest of yesterday's afternoon.
    assert asked_at("3h30m", NOW) == datetime(2026, 11, 24, 15, 30, tzinfo=CHINA)


@pytest.mark.parametrize("spec", ["", "soon", "3d", "5m 12", "2d 25:00", "-1h"])
def test_what_is_no_time_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        asked_at(spec, NOW)


def test_nobody_answers_at_night() -> None:
    (moment,) = follow(datetime(2026, 10, 30, 22, 0, tzinfo=CHINA), ["2h"], NOW)
    assert (moment.day, moment.month, moment.hour) == (2, 11, 8)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=CHINA)),
    spec=st.sampled_from(["35m", "2h", "6h20m", "1d 16:32", "4d 09:06", "1m 31 21:05", "6m 8 16:48"]),
    afters=st.lists(st.sampled_from(["4m", "1h", "3h30m", "1d", "6d"]), max_size=8),
)
def test_whenever_it_is_loaded_things_follow_one_another_and_lie_in_the_past(
    now: datetime, spec: str, afters: list[str]
) -> None:
    asked = asked_at(spec, now)
    moments = [asked, *follow(asked, afters, now), now]
    assert all(before < after for before, after in pairwise(moments))
    assert now - asked < timedelta(days=220)
