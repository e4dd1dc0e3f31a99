"""The test bed holds what its description promises to those who measure the portal with it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from clouddesk.accounts.models import User
from clouddesk.catalog.models import Module
from clouddesk.demo.testbed import ROLES, build, describe
from clouddesk.tickets.models import Ticket

pytestmark = pytest.mark.django_db
CUSTOMERS = ["customer", "colleague", "stranger", "vip", "vip_administrator"]


@pytest.fixture(autouse=True)
def _built() -> None:
    build()


def test_eight_accounts_each_in_its_role() -> None:
    people = {role: User.objects.get(username=username) for role, username in ROLES.items()}
    assert User.objects.count() == len(people) == 8
    assert people["customer"].company == people["colleague"].company != people["stranger"].company
    assert [role for role, user in people.items() if user.is_vip] == ["vip", "vip_administrator"]
    assert [role for role, user in people.items() if user.is_administrator] == ["vip_administrator"]
    for role in ("engineer", "editor", "supervisor"):
        assert people[role].roles == [role]
    assert people["engineer"].modules.count() == Module.objects.count()


def test_every_customer_owns_tickets_of_every_kind() -> None:
    accounts = {account["role"]: account for account in describe()["accounts"]}
    assert list(accounts) == list(ROLES)
    for role in CUSTOMERS:
        user = User.objects.get(username=accounts[role]["username"])
        assert user.check_password(accounts[role]["password"])
        tickets = accounts[role]["tickets"]
        for kind in ("public_open", "public_solved", "private_open", "private_solved"):
            assert tickets[kind], (role, kind)
            found = Ticket.objects.filter(number__in=tickets[kind], owner=user, private=kind.startswith("private"))
            assert found.count() == len(tickets[kind])
    assert accounts["engineer"]["claimed"]


def test_what_is_described_opens_for_its_owner_and_private_files_for_no_other_customer(
    sign_in: Callable[..., Client],
) -> None:
    accounts = {account["role"]: account for account in describe()["accounts"]}
    clients = {role: sign_in(User.objects.get(username=username)) for role, username in ROLES.items()}
    held = [(role, item) for role in CUSTOMERS for item in accounts[role]["attachments"]]
    assert {item["private"] for _, item in held} == {True, False}
    for owner, item in held:
        for role in CUSTOMERS:
            expected = 200 if role == owner or not item["private"] else 404
            assert clients[role].get(item["url"]).status_code == expected, (role, owner, item)
        assert clients["engineer"].get(item["url"]).status_code == 200


def test_building_again_changes_nothing_and_the_description_is_json() -> None:
    before = json.dumps(describe(), ensure_ascii=False)
    build()
    assert json.dumps(describe(), ensure_ascii=False) == before
