"""What people read when something went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client, RequestFactory

from clouddesk.ui import branding, errors
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query fails as it does when the server is away."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    branding.forget()
    monkeypatch.setattr(CursorWrapper, "execute", refuse)


def test_a_missing_page_says_so_and_leads_on(client: Client) -> None:
    response = client.get("/no-such-page/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有找到这个页面" in page
    assert 'href="/contact/"' in page


def test_a_page_for_others_is_refused_in_words(sign_in: SignIn) -> None:
    response = sign_in(factories.customer()).get("/desk/")
    assert response.status_code == 403
    assert "您没有权限打开这个页面" in response.content.decode()


def test_a_script_gets_the_words_as_json(client: Client) -> None:
    response = client.get("/no-such-page/", headers={"x-requested-with": "fetch"})
    assert response.status_code == 404
    assert response.json() == {"error": str(errors.NOT_FOUND.text)}


@pytest.mark.parametrize("address", ["/contact/?q=a%00b", "/contact/%00/", "/search/?q=%00"])
def test_an_address_that_holds_a_nul_is_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "这个请求无法处理" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(sign_in: SignIn) -> None:
    response = sign_in(factories.customer(), enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_more_text_than_the_limit_is_413(sign_in: SignIn) -> None:
    text = "账" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    response = sign_in(factories.customer()).post("/theme/", {"next": text})
    assert response.status_code == 413
    assert "提交的内容太大" in response.content.decode()


def test_more_fields_than_the_limit_are_413(sign_in: SignIn) -> None:
    fields = {f"f{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert sign_in(factories.customer()).post("/theme/", fields).status_code == 413


def test_a_wrong_method_gets_words_and_the_methods_that_do(client: Client) -> None:
    response = client.get("/theme/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "请从页面上的按钮" in response.content.decode()


def test_an_unknown_host_gets_the_same_page(client: Client) -> None:
    response = client.get("/contact/", SERVER_NAME="evil.example")
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_without_a_database_the_page_says_that_it_comes_back(sign_in: SignIn, no_database: None) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    response = browser.get("/")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "服务暂时不可用" in response.content.decode()


def test_another_fault_is_a_500_that_tells_nothing_of_it(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ValueError("ledger 42 is broken")

    monkeypatch.setattr("clouddesk.home.views.parts_for", fail)
    response = sign_in(factories.customer(), raise_request_exception=False).get("/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "系统出了点问题" in page
    assert "ledger 42" not in page


def test_too_many_tries_say_when_to_come_back() -> None:
    response = errors.too_many(RequestFactory().get("/"), 90, "请 90 秒后再试。")
    assert response.status_code == 429
    assert response["Retry-After"] == "90"
    assert "请 90 秒后再试。" in response.content.decode()
