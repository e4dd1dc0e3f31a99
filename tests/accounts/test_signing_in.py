"""Signing in and out (manual 1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clouddesk.accounts.models import User
from clouddesk.accounts.tasks import clear_away
from tests import factories
from tests.accounts.forms import PASSWORD, Page, sign_in

WRONG = "用户名或密码不正确，请重新输入。"


@pytest.fixture
def person(db: None) -> User:
    return factories.customer(username="WangXiaomei")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_only_sessions_that_have_expired_are_cleared_away(client: Client, person: User) -> None:
    sign_in(client, "WangXiaomei")
    other = Client()
    sign_in(other, "WangXiaomei")
    Session.objects.filter(pk=other.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    clear_away(0)
    assert [session.pk for session in Session.objects.all()] == [client.session.session_key]


def test_the_right_password_opens_the_desktop(client: Client, person: User) -> None:
    response = sign_in(client, "WangXiaomei")
    assert response["Location"] == reverse("home:desktop")
    assert client.get(reverse("home:desktop")).status_code == 200


@pytest.mark.parametrize("username", ["wangxiaomei", "WANGXIAOMEI", "  WangXiaomei "])
def test_the_case_of_the_user_name_does_not_matter(client: Client, person: User, username: str) -> None:
    sign_in(client, username)
    assert signed_in(client)


@pytest.mark.parametrize("password", ["yuejie-2027", "YUEJIE-2026", " yuejie-2026", "x"])
def test_any_other_password_does_not(client: Client, person: User, password: str) -> None:
    response = sign_in(client, "WangXiaomei", password)
    assert response.status_code == 400
    assert WRONG in response.content.decode()
    assert not signed_in(client)


def test_the_name_stays_and_the_password_does_not(client: Client, person: User) -> None:
    page = Page(sign_in(client, "WangXiaomei", "yuejie-2027"))
    assert page.values["username"] == "WangXiaomei"
    assert page.values["password"] == ""


def test_known_and_unknown_accounts_answer_alike(client: Client, person: User) -> None:
    inactive = factories.customer(is_active=False)
    without_password = factories.customer(password=None)
    answers = [
        _without_name(sign_in(Client(), name, "wrong-password"), name)
        for name in ("nobody", "WangXiaomei", inactive.username, without_password.username, "王", "a" * 200)
    ]
    assert len(set(answers)) == 1


def _without_name(response: Any, name: str) -> tuple[int, str, tuple[str, ...]]:
    text = response.content.decode().replace(f'value="{name}"', 'value=""')
    token = Page(response).values["csrfmiddlewaretoken"]
    return response.status_code, text.replace(token, ""), tuple(sorted(response.cookies))


def test_both_fields_are_asked_for(client: Client, person: User) -> None:
    response = sign_in(client, "", "")
    assert Page(response).faults == {"username": "请填写用户名。", "password": "请填写密码。"}


@pytest.mark.parametrize("text", ["甲\x00乙", "\u202e", "\U00020bb7", "x" * 1_000_000])
@pytest.mark.parametrize("field", ["username", "password"])
def test_strange_input_is_refused_with_words(client: Client, person: User, field: str, text: str) -> None:
    typed = {"username": "WangXiaomei", "password": PASSWORD} | {field: text}
    response = sign_in(client, typed["username"], typed["password"])
    assert response.status_code == 400
    assert WRONG in response.content.decode() or Page(response).faults[field]


def test_who_is_no_longer_active_is_told_so_once_they_prove_who_they_are(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    response = client.post(reverse("accounts:login"), {"username": "wangxiaomei", "password": PASSWORD}, follow=True)
    assert "账号已停用" in response.content.decode()
    assert not signed_in(client)


def test_a_person_made_inactive_is_out_at_once(client: Client, person: User) -> None:
    sign_in(client, "wangxiaomei")
    User.objects.update(is_active=False)
    assert client.get(reverse("home:desktop"))["Location"].startswith(reverse("accounts:login"))


def test_signing_in_changes_the_session_key(client: Client, person: User) -> None:
    session = client.session
    session["left"] = "behind"
    session.save()
    before = session.session_key
    sign_in(client, "wangxiaomei")
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_one_gets_to_the_page_that_one_wanted(client: Client, person: User) -> None:
    wanted = client.get("/tickets/mine/?q=%E7%BB%93%E8%B4%A6&page=2")
    page = Page(client.get(wanted["Location"]))
    response = sign_in(client, "wangxiaomei", next=page.values["next"])
    assert response["Location"] == "/tickets/mine/?q=%E7%BB%93%E8%B4%A6&page=2"


def test_a_wrong_password_does_not_forget_that_page(client: Client, person: User) -> None:
    assert Page(sign_in(client, "wangxiaomei", "wrong", next="/tickets/mine/")).values["next"] == "/tickets/mine/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "http://localhost/",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
    ],
)
def test_nobody_is_led_elsewhere(client: Client, person: User, elsewhere: str) -> None:
    assert "next" not in Page(client.get(reverse("accounts:login"), {"next": elsewhere})).values
    assert sign_in(client, "wangxiaomei", next=elsewhere)["Location"] == reverse("home:desktop")
    assert client.get(reverse("accounts:login"), {"next": elsewhere})["Location"] == reverse("home:desktop")


def test_who_is_signed_in_goes_on_from_the_sign_in_page(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get(reverse("accounts:login"), {"next": "/tickets/mine/"})["Location"] == "/tickets/mine/"


def test_the_page_leads_to_registration_and_nowhere_that_is_not_there(client: Client, db: None) -> None:
    page = client.get(reverse("accounts:login")).content.decode()
    assert f'href="{reverse("accounts:register")}"' in page
    assert "忘记密码" not in page  # until it can be recovered
    assert "no-store" in client.get(reverse("accounts:login"))["Cache-Control"]


def test_scripts_are_not_told_what_was_typed(client: Client, person: User) -> None:
    response = sign_in(client, "wangxiaomei", "wrong-password", headers={"accept": "application/json"})
    assert response["Content-Type"].startswith("text/html")
    assert "wrong-password" not in response.content.decode()


def test_signing_out_ends_the_session(client: Client, person: User) -> None:
    sign_in(client, "wangxiaomei")
    key = client.session.session_key
    response = client.post(reverse("accounts:logout"), follow=True)
    assert response.request["PATH_INFO"] == reverse("accounts:login")
    assert "您已退出登录" in response.content.decode()
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get(reverse("home:desktop")).status_code == 302


def test_nobody_is_signed_out_by_a_link(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert signed_in(client)


def test_forms_of_other_sites_do_nothing(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "wangxiaomei").status_code == 403
    client.force_login(person)
    assert client.post(reverse("accounts:logout")).status_code == 403
    assert signed_in(client)


def test_a_sign_in_costs_few_queries(client: Client, person: User, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        sign_in(client, "wangxiaomei")
    with django_assert_max_num_queries(1):  # the vendor's name
        Client().get(reverse("accounts:login"))
