"""What people send when they register and sign in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus

from django.test import Client
from django.urls import reverse

PASSWORD = "yuejie-2026"


def filled(**fields: Any) -> dict[str, Any]:
    """The registration form with everything required, and ``fields`` in place of theirs; None leaves one out."""
    usual = {
        "username": "wangxiaomei",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "real_name": "王晓梅",
        "company": "鲁岱重机集团有限公司",
        "email": "wangxiaomei@ludai.example",
        "phone": "13800101500",
        "product": "GS",
        "agree": "on",
    }
    return {name: value for name, value in {**usual, **fields}.items() if value is not None}


def register(client: Client, **fields: Any) -> Any:
    """Send the registration form."""
    return client.post(reverse("accounts:register"), filled(**fields))


def register_bytes(client: Client, name: str, value: bytes) -> Any:
    """Send the registration form with a field that is no text in UTF-8."""
    pairs = [f"{quote_plus(key)}={quote_plus(text)}" for key, text in filled(**{name: None}).items()]
    body = "&".join([*pairs, f"{name}={quote_plus(value)}"])
    return client.post(reverse("accounts:register"), body, content_type="application/x-www-form-urlencoded")


def sign_in(client: Client, username: str, password: str = PASSWORD, **options: Any) -> Any:
    """Send the sign-in form."""
    following = options.pop("next", None)
    data = {"username": username, "password": password, **({"next": following} if following else {})}
    return client.post(reverse("accounts:login"), data, **options)


def faults(response: Any) -> dict[str, str]:
    """What the page says beside its fields, by field."""
    return Page(response).faults


class Page(HTMLParser):
    """What stands in the fields of a page, and beside them."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.checked: set[str] = set()
        self.faults: dict[str, str] = {}
        self._fault = ""
        self._depth = 0
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.checked.add(given["name"])
        elif tag == "input" and "name" in given:
            self.values[given["name"]] = given.get("value", "")
        if tag == "div" and given.get("id", "").endswith("_error"):
            self._fault, self._depth = given["id"].removeprefix("id_").removesuffix("_error"), 0
            self.faults[self._fault] = ""
        if self._fault and tag == "div":
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._fault and tag == "div":
            self._depth -= 1
            if not self._depth:
                self.faults[self._fault] = self.faults[self._fault].strip()
                self._fault = ""

    def handle_data(self, data: str) -> None:
        if self._fault:
            self.faults[self._fault] += data
