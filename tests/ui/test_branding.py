"""What a process keeps of the vendor."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError

from clouddesk.ui import branding
from clouddesk.ui.branding import Brand


@pytest.fixture(autouse=True)
def _own_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branding, "_source", branding._source)
    monkeypatch.setattr(branding, "_kept", (0.0, None))


def test_the_vendor_is_asked_for_once_until_it_changes() -> None:
    asked: list[str] = []

    def source() -> Brand:
        asked.append("")
        return Brand(site_name=f"第{len(asked)}版")

    branding.use(source)
    assert [branding.brand().site_name for _ in range(3)] == ["第1版"] * 3
    branding.forget()
    assert branding.brand().site_name == "第2版"
    assert len(asked) == 2


def test_a_minute_later_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["旧名", "新名"])
    branding.use(lambda: Brand(site_name=next(names)))
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    assert branding.brand().site_name == "旧名"
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + branding.SECONDS_KEPT)
    assert branding.brand().site_name == "新名"


def test_without_a_row_there_is_a_name_all_the_same() -> None:
    branding.use(lambda: None)
    assert branding.brand().site_name == "云桌面"


def test_without_a_database_the_last_one_known_stays() -> None:
    def away() -> Brand:
        raise OperationalError("connection refused")

    branding.use(lambda: Brand(site_name="财务服务台"))
    branding.brand()
    branding.use(away)
    assert branding.brand().site_name == branding.last_known().site_name == "财务服务台"


def test_an_error_page_never_asks() -> None:
    def forbidden() -> Brand:
        raise AssertionError("asked")

    branding.use(forbidden)
    assert branding.last_known().site_name == "云桌面"
