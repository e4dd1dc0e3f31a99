"""Adding staff from the command line, which is how a new portal gets its first supervisor."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clouddesk.accounts.models import Role, User
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {"name": "王强", "number": "G9001", "email": "wq@example.com", "role": ["supervisor"]}


def add(
    monkeypatch: pytest.MonkeyPatch, username: str = "wangqiang", password: str = "caiwu-400-cloud", **changes: object
) -> str:
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    said = StringIO()
    call_command("addstaff", username, stdout=said, **{**GOOD, **changes})
    return said.getvalue()


def test_the_first_supervisor_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "王强" in add(monkeypatch)
    client = Client()
    answer = client.post("/login/", {"username": "WangQiang", "password": "caiwu-400-cloud"})
    assert answer.status_code == 302
    assert client.get("/desk/catalog/").status_code == 200
    assert User.objects.get(username="wangqiang").roles == [Role.SUPERVISOR]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "王强"}, "用户名只能由字母和数字组成"),
        ({"email": "wq"}, "Email"),
        ({"password": "short-1"}, "密码至少 12 个字符"),
        ({"password": "wangqiang2026", "username": "wangqiang2026"}, "密码不能与用户名相同"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        add(monkeypatch, **changes)
    assert not User.objects.exists()


def test_names_and_numbers_are_given_once(monkeypatch: pytest.MonkeyPatch, sign_in: Callable[..., Client]) -> None:
    there = factories.supervisor(username="wangqiang")
    with pytest.raises(CommandError, match="用户名已被使用"):
        add(monkeypatch, "WANGQIANG")
    with pytest.raises(CommandError, match="工号"):
        add(monkeypatch, "liqiang", number=there.staff_number)
    assert User.objects.count() == 1
