"""The limits to guessing: counted before the hash, whatever process counts, and never against the owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from clouddesk.accounts import guessing
from clouddesk.accounts.devices import COOKIE
from clouddesk.accounts.guessing import Limit, TooManyError
from clouddesk.accounts.models import Attempt, User
from clouddesk.accounts.tasks import clear_away
from tests import factories
from tests.accounts.forms import Page, sign_in
from tests.passwords import CheapHasher
from tests.racing import at_once, refused

NAME = "wangxiaomei"
PER_ACCOUNT, PER_ADDRESS, PER_DEVICE = 3, 7, 4


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in (("account", PER_ACCOUNT), ("address", PER_ADDRESS), ("device", PER_DEVICE)):
        monkeypatch.setattr(guessing, f"PER_{name.upper()}", Limit(name, count, 900))


@pytest.fixture
def person(db: None) -> User:
    return factories.customer(username=NAME)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed, in order."""
    seen: list[str] = []
    for name in ("verify", "encode"):
        original = getattr(CheapHasher, name)

        def counted(self: Any, password: str, *rest: Any, original: Any = original) -> Any:
            seen.append(password)
            return original(self, password, *rest)

        monkeypatch.setattr(CheapHasher, name, counted)
    return seen


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def known_device(**options: Any) -> Client:
    """A browser in which the owner has signed in before, and signed out."""
    client = Client(**options)
    sign_in(client, NAME)
    client.post(reverse("accounts:logout"))
    assert COOKIE in client.cookies
    return client


def guesses(client: Client, count: int, name: str = NAME) -> list[int]:
    return [sign_in(client, name, f"guess-{n}").status_code for n in range(count)]


def test_too_many_guesses_at_an_account_are_refused(client: Client, person: User) -> None:
    assert guesses(client, PER_ACCOUNT + 2) == [400] * PER_ACCOUNT + [429] * 2


def test_at_the_limit_not_even_the_right_password_is_looked_at(client: Client, person: User, hashed: list[str]) -> None:
    guesses(client, PER_ACCOUNT)
    assert hashed == [f"guess-{n}" for n in range(PER_ACCOUNT)]
    response = sign_in(client, NAME)
    assert response.status_code == 429
    assert len(hashed) == PER_ACCOUNT
    assert "_auth_user_id" not in client.session


def test_the_refusal_says_what_to_do(client: Client, person: User) -> None:
    guesses(client, PER_ACCOUNT)
    response = sign_in(client, NAME)
    assert 890 < int(response["Retry-After"]) <= 900
    assert "15 分钟后再试" in response.content.decode()
    assert Page(response).values["username"] == NAME


def test_unknown_accounts_are_counted_and_hashed_alike(person: User, hashed: list[str]) -> None:
    known, unknown = guesses(at("203.0.113.1"), PER_ACCOUNT + 1), guesses(at("203.0.113.2"), PER_ACCOUNT + 1, "nobody")
    assert known == unknown
    assert hashed == [f"guess-{n}" for n in range(PER_ACCOUNT)] * 2


def test_the_count_holds_whatever_the_case_and_the_address(person: User) -> None:
    names = [NAME, NAME.upper(), f" {NAME.title()} ", NAME]
    answers = [sign_in(at(f"203.0.113.{n}"), name, "guess").status_code for n, name in enumerate(names)]
    assert answers == [400, 400, 400, 429]


def test_one_address_guesses_at_so_many_accounts(person: User) -> None:
    client = at("203.0.113.1")
    answers = [sign_in(client, f"name{n}", "123456a").status_code for n in range(PER_ADDRESS + 1)]
    assert answers == [400] * PER_ADDRESS + [429]
    assert sign_in(at("203.0.113.2"), "name0", "123456a").status_code == 400


def test_an_address_of_version_six_is_its_network(person: User) -> None:
    answers = [sign_in(at(f"2001:db8::{n}"), f"name{n}", "123456a").status_code for n in range(PER_ADDRESS + 1)]
    assert answers[-1] == 429
    assert sign_in(at("2001:db8:0:1::1"), "name0", "123456a").status_code == 400


def test_an_address_of_version_four_is_the_same_in_both_forms(person: User) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="::ffff:203.0.113.5")
    assert guessing.network(request) == "203.0.113.5"


def test_a_refused_guess_at_one_account_leaves_the_address_its_others(person: User) -> None:
    client = at("203.0.113.1")
    guesses(client, 50)
    assert sign_in(client, "other", "guess").status_code == 400


def test_right_passwords_are_no_guesses(person: User) -> None:
    assert {sign_in(Client(), NAME).status_code for _ in range(2 * PER_ADDRESS)} == {302}
    assert set(Attempt.objects.values_list("count", flat=True)) == {0}


def test_signing_in_does_not_forgive_the_guesses_before(person: User) -> None:
    """Else somebody with an account of their own could guess at others for ever."""
    client = at("203.0.113.1")
    guesses(client, PER_ACCOUNT - 1)
    assert sign_in(at("203.0.113.2"), NAME).status_code == 302
    assert guesses(client, 2) == [400, 429]


def test_the_owner_gets_in_on_a_known_device_while_others_guess(person: User) -> None:
    owner = known_device(REMOTE_ADDR="203.0.113.1")
    guesses(at("203.0.113.2"), PER_ACCOUNT + 1)
    assert sign_in(at("203.0.113.3"), NAME).status_code == 429
    assert sign_in(owner, NAME).status_code == 302


def test_the_owner_gets_in_on_a_known_device_from_an_exhausted_address(person: User) -> None:
    owner = known_device(REMOTE_ADDR="203.0.113.1")
    neighbour = at("203.0.113.1")
    for n in range(PER_ADDRESS + 1):
        sign_in(neighbour, f"name{n}", "guess")
    assert sign_in(neighbour, NAME).status_code == 429
    assert sign_in(owner, NAME).status_code == 302


def test_a_known_device_has_a_limit_of_its_own(person: User) -> None:
    assert guesses(known_device(), PER_DEVICE + 1) == [400] * PER_DEVICE + [429]
    assert sign_in(Client(), NAME).status_code == 302


def test_a_device_is_known_for_who_signed_in_on_it(person: User) -> None:
    factories.customer(username="attacker")
    client = Client()
    sign_in(client, "attacker")
    client.post(reverse("accounts:logout"))
    assert guesses(client, PER_ACCOUNT + 1)[-1] == 429


def test_people_who_share_a_computer_are_all_known_on_it(person: User) -> None:
    factories.customer(username="colleague")
    client = known_device()
    sign_in(client, "colleague")
    client.post(reverse("accounts:logout"))
    guesses(at("203.0.113.2"), PER_ACCOUNT)
    guesses(at("203.0.113.3"), PER_ACCOUNT, "colleague")
    for name in (NAME, "colleague"):
        assert sign_in(client, name).status_code == 302
        client.post(reverse("accounts:logout"))


@pytest.mark.parametrize("forged", ["", "x", '{"id": "a", "names": []}', "eyJpZCI6ImEifQ:1abc:def", "\x00"])
def test_a_forged_device_is_unknown(person: User, forged: str) -> None:
    client = Client()
    client.cookies[COOKIE] = forged
    assert guesses(client, PER_ACCOUNT + 1)[-1] == 429


def test_the_device_cookie_holds_no_name_and_no_script_reads_it(person: User) -> None:
    cookie = known_device().cookies[COOKIE]
    assert NAME not in cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) > 300 * 24 * 3600


def test_the_database_holds_no_name(client: Client, person: User) -> None:
    guesses(client, 2)
    assert not any(NAME in key for key in Attempt.objects.values_list("key", flat=True))


def test_a_window_ends(client: Client, person: User) -> None:
    guesses(client, PER_ACCOUNT + 1)
    Attempt.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert guesses(client, PER_ACCOUNT + 1) == [400] * PER_ACCOUNT + [429]


def test_guessing_on_does_not_lengthen_it(client: Client, person: User) -> None:
    guesses(client, PER_ACCOUNT)
    ends = Attempt.objects.get(key__startswith="account").until
    guesses(client, 3)
    assert Attempt.objects.get(key__startswith="account").until == ends


def test_what_counts_no_longer_is_cleared_away(client: Client, person: User) -> None:
    guesses(client, 1)
    clear_away(0)
    assert Attempt.objects.exists()
    Attempt.objects.update(until=timezone.now() - timedelta(seconds=1))
    clear_away(0)
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_only_so_many_are_hashed(hashed: list[str]) -> None:
    """Each thread has a connection of its own, as each process has."""
    factories.customer(username=NAME)
    hashed.clear()
    answers = at_once(*(lambda n=n: sign_in(at(f"203.0.113.{n}"), NAME, f"guess-{n}").status_code for n in range(12)))
    assert sorted(answers) == [400] * PER_ACCOUNT + [429] * (12 - PER_ACCOUNT)
    assert len(hashed) == PER_ACCOUNT


@pytest.mark.django_db(transaction=True)
def test_counting_at_once_counts_every_one() -> None:
    bucket = (Limit("test", 5, 60), "it")
    results = at_once(*[lambda: guessing.count([bucket])] * 8)
    assert len(refused(results, TooManyError)) == 3


def test_giving_back_makes_room_for_one_more(db: None) -> None:
    bucket = (Limit("test", 1, 60), "it")
    guessing.count([bucket]).give_back()
    guessing.count([bucket])
    with pytest.raises(TooManyError):
        guessing.count([bucket])


def test_a_full_limit_takes_nothing_from_the_others(db: None) -> None:
    wide, full = (Limit("wide", 5, 60), "it"), (Limit("full", 0, 60), "it")
    with pytest.raises(TooManyError):
        guessing.count([wide, full])
    assert Attempt.objects.get(key="wide:it").count == 0
