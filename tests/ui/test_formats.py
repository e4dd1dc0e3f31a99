"""How values read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from clouddesk.ui import formats


def test_times_are_local_to_the_minute() -> None:
    at = datetime(2026, 11, 24, 1, 5, 59, tzinfo=UTC)  # 09:05 in Shanghai
    assert formats.format_datetime(at) == "2026-11-24 09:05"
    assert formats.format_date(datetime(2026, 11, 24, 20, 0, tzinfo=UTC)) == "2026-11-25"
    assert formats.format_datetime(None) == formats.format_date(None) == formats.format_ago(None) == ""


def test_recent_times_read_as_a_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    said = {
        timedelta(seconds=20): "刚刚",
        timedelta(minutes=5): "5 分钟前",
        timedelta(hours=3): "今天 09:00",
        timedelta(hours=13): "昨天 23:00",
        timedelta(days=2): "2026-11-22",
    }
    assert {passed: formats.format_ago(noon - passed) for passed in said} == said


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 字节"), (1023, "1023 字节"), (1024, "1.0 KB"), (5 * 1024**2, "5.0 MB"), (3 * 1024**4, "3072.0 GB")],
)
def test_sizes_come_in_the_unit_that_fits(size: int, said: str) -> None:
    assert formats.format_filesize(size) == said


def test_data_for_scripts_cannot_close_its_element() -> None:
    text = formats.format_json({"名称": "</script><b>&"})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"名称": "</script><b>&"}
