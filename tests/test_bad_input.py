"""What no text may do to any address of the portal: break it. Each gets it in every field, parameter and body.

That texts are refused with words or stored exactly is tested with the room that they belong to.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.test_routes import ANYTHING, GET, LISTED, POST, ROUTES, World, address

TEXTS = {
    "NUL": "a\x00b",
    "lone surrogate": b"a\xed\xa0\x80b".decode("utf-8", "surrogatepass"),
    "direction mark": "凭证\u202e号",
    "four-byte Han": "𠮷野家的凭证",
    "megabyte": "凭" * 350_000,
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% include 'x' %}",
    "numbers": "99999999999999999999999999",
    "negative": "-1",
    "odd digits": "٣²",
    "address": "//evil.example/\\..%2f",
}
PARAMETERS = ["q", "product", "module", "version", "sort", "page", "state", "urgency", "mine", "title", "next"]
FIELDS = [
    "active",
    "agree",
    "apply_admin",
    "apply_vip",
    "attachments",
    "birth_date",
    "body",
    "code",
    "comment",
    "company",
    "description",
    "direction",
    "email",
    "file",
    "hotline",
    "key",
    "kind",
    "logo",
    "module",
    "name",
    "next",
    "password",
    "password_again",
    "phone",
    "private",
    "product",
    "qq",
    "rating",
    "real_name",
    "region",
    "serial_number",
    "service_code",
    "site_name",
    "slogan",
    "standard_name",
    "terms",
    "theme",
    "title",
    "uploads",
    "urgency",
    "username",
    "version",
    "website",
]


@pytest.fixture
def world(db: None) -> World:
    return World()


def raw(text: str) -> bytes:
    """As a program sends it that does not care for what UTF-8 allows."""
    return text.encode("utf-8", "surrogatepass")


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in raw(text))


def status(client: Client, method: str, path: str, **more: Any) -> int:
    with transaction.atomic():
        response = client.generic(method, path, **more)
        code: int = response.status_code
        transaction.set_rollback(True)
    return code


def answers(client: Client, methods: tuple[str, ...], place: str, text: str) -> dict[str, int]:
    """The status of every way in which a text can be sent to an address."""
    codes = {}
    if GET in methods and len(text) < 5000:
        query = "&".join(f"{name}={quoted(text)}" for name in PARAMETERS)
        codes["in the parameters"] = status(client, "GET", f"{place}?{query}")
    if POST in methods:
        fields = "&".join(f"{name}={quoted(text[: 350_000 // len(FIELDS)])}" for name in FIELDS)
        kind = "application/x-www-form-urlencoded"
        codes["in the fields"] = status(client, "POST", place, data=fields, content_type=kind)
        parts = b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), raw(text))
            for name in FIELDS[: 2 if len(text) > 5000 else None]
        )
        kind = "multipart/form-data; boundary=edge"
        codes["in the parts"] = status(client, "POST", place, data=parts + b"--edge--\r\n", content_type=kind)
        codes["as the body"] = status(client, "POST", place, data=raw(text), content_type="application/json")
    return codes


@pytest.mark.parametrize("path", sorted(ROUTES.keys() & LISTED.keys()))
def test_no_text_breaks_what_is_behind_an_address(path: str, world: World) -> None:
    row = ROUTES[path]
    thing = next(world.things(row.on), ANYTHING)
    client = world.client(sorted(row.callers & thing.finders)[0])
    broken = {
        f"{what} {how}": code
        for what, text in TEXTS.items()
        for how, code in answers(client, row.methods, address(path, thing.address), text).items()
        if code >= 500
    }
    assert broken == {}


@pytest.mark.parametrize(
    "path", sorted(path for path in ROUTES.keys() & LISTED.keys() if re.search("<str|<slug", path))
)
def test_no_text_within_an_address_breaks_it(path: str, world: World) -> None:
    row = ROUTES[path]
    client = world.client(sorted(row.callers)[0])
    for what, text in TEXTS.items():
        part = quoted(text[:200])
        place = address(path, {"number": part, "slug": part, "form": part, "pk": 1})
        assert status(client, row.methods[0], place) in (301, 400, 404), what
