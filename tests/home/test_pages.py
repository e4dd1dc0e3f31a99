"""The pages that belong to no room: contact, theme, robots, health."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from clouddesk.catalog.models import Vendor
from clouddesk.home import health
from clouddesk.ui import branding
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_brand() -> Iterator[None]:
    branding.forget()
    yield
    branding.forget()


def test_a_visitor_reads_how_to_reach_the_vendor(client: Client) -> None:
    Vendor.objects.update_or_create(
        id=1, defaults={"phone": "40065860000", "email": "erps@inspur.com", "website": "http://www.webchatinspur.com/"}
    )
    page = client.get("/contact/").content.decode()
    assert 'href="mailto:erps@inspur.com"' in page
    assert 'href="tel:40065860000"' in page
    assert "我们会在两个工作日内给您回复" in page


def test_a_vendor_without_an_address_promises_no_answer_by_mail(client: Client) -> None:
    Vendor.objects.update_or_create(id=1, defaults={"phone": "40065860000", "email": ""})
    page = client.get("/contact/").content.decode()
    assert "两个工作日" not in page
    assert "mailto:" not in page


@pytest.mark.parametrize(("chosen", "shown"), [("dark", True), ("light", True), ("auto", False), ("<b>", False)])
def test_the_theme_is_remembered_in_this_browser(client: Client, chosen: str, shown: bool) -> None:
    response = client.post("/theme/", {"theme": chosen, "next": "/contact/"})
    assert response["Location"] == "/contact/"
    page = client.get("/contact/").content.decode()
    assert (f'data-bs-theme="{chosen}"' in page) is shown
    assert ("data-bs-theme" in page) is shown


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_theme_switch_leads_to_no_other_site(client: Client, target: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_search_engines_are_kept_out(client: Client) -> None:
    assert "Disallow: /" in client.get("/robots.txt").content.decode()


def test_browsers_find_the_icon_where_they_look(client: Client) -> None:
    response = client.get("/favicon.ico", follow=True)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"


def test_health_asks_no_database(client: Client, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_ready_when_the_database_answers(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    assert client.get("/readyz").status_code == 503


def test_not_ready_before_the_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("entries", "0002")])
    health._pending.cache_clear()
    assert client.get("/readyz").status_code == 503
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


def test_staff_are_not_invited_to_ask(sign_in: Callable[..., Client]) -> None:
    Vendor.objects.update_or_create(id=1, defaults={"phone": "40065860000"})
    assert 'href="/tickets/new/"' not in sign_in(factories.engineer()).get("/contact/").content.decode()
    assert 'href="/tickets/new/"' in sign_in(factories.customer()).get("/contact/").content.decode()
