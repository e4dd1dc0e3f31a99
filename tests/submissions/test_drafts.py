"""Drafts kept by scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from clouddesk.submissions.models import Draft
from clouddesk.submissions.workflow import draft_of, form_key, once
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return factories.customer()


@pytest.fixture
def client(person: Any, sign_in: Callable[..., Client]) -> Client:
    return sign_in(person)


def save(client: Client, person: Any, **fields: Any) -> Any:
    return save_raw(client, json.dumps({"key": str(form_key(person, "ticket")), **fields}))


def save_raw(client: Client, body: str | bytes, form: str = "ticket") -> Any:
    return client.post(f"/drafts/{form}/", body, content_type="text/plain", headers={"x-requested-with": "fetch"})


def kept(person: Any) -> dict[str, Any]:
    draft = draft_of(person, "ticket", form_key(person, "ticket"))
    return draft.fields if draft else {}


def test_a_draft_is_kept_replaced_and_forgotten(client: Client, person: Any) -> None:
    upload = str(factories.upload(person).pk)
    assert save(client, person, title="月结", uploads=[upload]).status_code == 200
    assert save(client, person, title="月末结账", private="on").status_code == 200
    assert kept(person)["title"] == "月末结账"
    assert kept(person)["private"] == "on"
    assert Draft.objects.count() == 1
    assert client.delete("/drafts/ticket/").status_code == 204
    assert kept(person) == {}


@pytest.mark.parametrize(
    "text", ["\u202e倒过来", "𠮷野家", "a\\u0000b", "'; DROP TABLE", "{{ 7*7 }}", "行一\n行二\r\n", " 空格 "]
)
def test_text_is_kept_exactly(client: Client, person: Any, text: str) -> None:
    assert save(client, person, description=text).status_code == 200
    assert kept(person)["description"] == text


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83d"])
def test_what_the_database_cannot_hold_is_refused_with_words(client: Client, person: Any, text: str) -> None:
    answer = save(client, person, description=text)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{",
        b'{"title": 3}',
        b'{"title": {"a": 1}}',
        b'{"uploads": "abc"}',
        b'{"uploads": [1]}',
        b"[" * 100_000,
        b'{"title": "' + b"x" * 300_000 + b'"}',
    ],
)
def test_what_is_no_draft_is_refused_with_words(client: Client, body: bytes) -> None:
    answer = save_raw(client, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not Draft.objects.exists()


def test_fields_that_the_form_does_not_have_are_left_out(client: Client, person: Any) -> None:
    save(client, person, title="a", csrfmiddlewaretoken="secret", password="secret")
    assert set(kept(person)) == {"title", "uploads", "key"}


def test_only_forms_that_keep_drafts_are_known(client: Client) -> None:
    assert save_raw(client, "{}", form="other").status_code == 404


def test_a_page_left_open_does_not_bring_a_sent_form_back(client: Client, person: Any) -> None:
    key = form_key(person, "ticket")
    once(person, "ticket", key, {}, lambda: "/tickets/x/")
    assert save_raw(client, json.dumps({"key": str(key), "title": "sent"})).status_code == 409
    assert save_raw(client, json.dumps({"key": str(uuid4())})).status_code == 409
    assert not Draft.objects.exists()


def test_a_visitor_is_told_that_the_session_ended(sign_in: Callable[..., Client]) -> None:
    assert save_raw(sign_in(), "{}").status_code == 401


def test_each_saving_has_a_version_that_the_page_knows_too(client: Client, person: Any) -> None:
    factories.catalogue()
    version = save(client, person, title="月结").json()["version"]
    assert f'data-draft-version="{version}"' in client.get("/tickets/new/").content.decode()


def test_drafts_are_private(client: Client, person: Any) -> None:
    save(client, person, title="我的")
    other = factories.customer()
    assert kept(other) == {}
