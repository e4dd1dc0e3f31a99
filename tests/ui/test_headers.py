"""The security headers that every answer carries."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import Client, override_settings

from clouddesk.config import settings as product
from clouddesk.ui.assets import asset
from tests import factories

pytestmark = pytest.mark.django_db


def policy(response: object) -> dict[str, list[str]]:
    """The Content-Security-Policy as a mapping."""
    header = response["Content-Security-Policy"]  # type: ignore[index]
    return {name: sources for name, *sources in (part.split() for part in header.split(";"))}


@pytest.mark.parametrize("address", ["/contact/", "/", "/no-such-page/", "/contact/?q=%00", "/healthz", "/robots.txt"])
def test_every_answer_carries_the_policy(client: Client, address: str) -> None:
    rules = policy(client.get(address))
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["frame-ancestors"] == ["'none'"]


def test_a_page_is_kept_by_no_proxy(client: Client) -> None:
    for address in ("/contact/", "/", "/no-such-page/", "/contact/?q=%00"):
        assert "private" in client.get(address)["Cache-Control"]
    client.force_login(factories.customer())
    assert "private" in client.get("/tickets/mine/")["Cache-Control"]


@pytest.mark.parametrize(("proxies", "kept"), [("1", True), ("0", False)])
def test_behind_a_proxy_that_speaks_tls_browsers_are_told_to_come_back_so(proxies: str, kept: bool) -> None:
    with mock.patch.dict("os.environ", {"CLOUDDESK_TRUSTED_PROXIES": proxies}):
        chosen = product._proxies()
    with override_settings(SECURE_HSTS_SECONDS=60, **chosen):
        response = Client().get("/contact/", headers={"x-forwarded-proto": "https"})
    assert ("Strict-Transport-Security" in response) == kept


def test_built_files_carry_the_policy_and_may_be_kept_for_good(client: Client) -> None:
    response = client.get(asset("main.ts"))
    assert response.status_code == 200
    assert policy(response)["default-src"] == ["'none'"]
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_built_files_come_packed(client: Client) -> None:
    response = client.get(asset("styles.scss"), headers={"accept-encoding": "gzip, br"})
    assert response["Content-Encoding"] == "br"


def test_pages_hold_no_script_or_style_of_their_own(client: Client) -> None:
    page = client.get("/contact/").content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src=') == 1
