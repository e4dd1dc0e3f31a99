"""What a password must be (spec 1)."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from clouddesk.accounts.models import Role, User
from clouddesk.accounts.passwords import Hasher
from tests import factories
from tests.accounts.forms import Page, faults, register, sign_in

CUSTOMER = User(username="wangxiaomei", phone="0531-85106000")
STAFF = User(username="lijianguo", phone="13800101500", roles=[Role.ENGINEER], staff_number="G1")


def codes(password: str, user: User) -> set[str | None]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize("password", ["yj2026", "月末结账了吗", "      ", "a" * 128, "\U00020bb7" * 6, "7f$K9!"])
def test_six_characters_of_any_kind_are_enough(password: str) -> None:
    assert codes(password, CUSTOMER) == set()


@pytest.mark.parametrize("password", ["yj202", "\U00020bb7" * 5])
def test_five_are_not(password: str) -> None:
    assert codes(password, CUSTOMER) == {"too_short"}


def test_staff_need_twelve() -> None:
    assert codes("yuejie-2026", STAFF) == {"too_short"}
    assert codes("yuejie-20261", STAFF) == set()


def test_nobody_types_more_than_a_hundred_and_twenty_eight() -> None:
    assert codes("a" * 129, CUSTOMER) == {"too_long"}


@pytest.mark.parametrize("password", ["123456", "888888", "5201314", "woaini1314", "WOAINI520", "qwerty", "a123456"])
def test_common_ones_are_refused(password: str) -> None:
    assert codes(password, CUSTOMER) == {"password_too_common"}


@pytest.mark.parametrize("password", ["wangxiaomei", "WangXiaoMei", "wang-xiao-mei"])
def test_the_user_name_is_refused(password: str) -> None:
    assert codes(password, CUSTOMER) == {"is_username"}


@pytest.mark.parametrize("password", ["0531-85106000", "053185106000", "85106000", "+86 0531 85106000"])
def test_the_telephone_number_is_refused(password: str) -> None:
    assert codes(password, CUSTOMER) == {"is_phone"}


def test_part_of_a_number_is_no_number() -> None:
    assert codes("106000", CUSTOMER) == set()


def test_registration_asks_for_it(client: Client, db: None) -> None:
    factories.catalogue()
    for password in ("12345", "888888", "WANGXIAOMEI", "13800101500"):
        assert "password" in faults(register(client, password=password, password_again=password))


def test_registration_compares_with_what_is_itself_wrong(client: Client, db: None) -> None:
    factories.catalogue()
    wrong = faults(register(client, username="wang_xiaomei", password="wang_xiaomei", password_again="wang_xiaomei"))
    assert set(wrong) == {"username", "password"}


def test_a_password_is_taken_as_it_was_typed(client: Client, db: None) -> None:
    factories.catalogue()
    password = " 月末\u202e结账 \U00020bb7"
    assert register(client, password=password, password_again=password).status_code == 302
    assert sign_in(client, "wangxiaomei", password.strip()).status_code == 400
    assert sign_in(client, "wangxiaomei", password).status_code == 302


def test_a_second_fault_does_not_hide_that_they_differ(client: Client, db: None) -> None:
    factories.catalogue()
    response = register(client, password="12345", password_again="54321")
    assert set(faults(response)) == {"password", "password_again"}
    assert Page(response).values["password_again"] == "54321"


def test_a_password_is_hashed_with_argon2id() -> None:
    hasher = Hasher()
    encoded = hasher.encode("yuejie-2026", hasher.salt())
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("yuejie-2026", encoded)
    assert not hasher.verify("yuejie-2027", encoded)
