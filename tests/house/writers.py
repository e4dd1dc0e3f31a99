"""People who ask questions over HTTP while processes are killed, and never give up on one until it is acknowledged."""

from __future__ import annotations

import http.client
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from uuid import uuid4

from tests.house.running import Portal, wait_until

TEXT = "报表取数结果与总账余额不一致，附上操作记录。"
_PARTING = "----clouddesk-writers"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Leave the answer as it is: where it leads to is what the tests look at."""


class Browser:
    """A signed-in person's browser without scripts."""

    def __init__(self, portal: Portal, username: str, password: str) -> None:
        self.base = portal.base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirects())
        token = self._token("/login/")
        fields = {"username": username, "password": password, "csrfmiddlewaretoken": token}
        status, _, page = self.send("/login/", urllib.parse.urlencode(fields).encode(), {})
        assert status == 302, f"{username} cannot sign in: {status} {page[:2000]}"

    def form(self, path: str) -> tuple[str, dict[str, str]]:
        """The page of a form and its CSRF token, as fields to send along."""
        status, _, page = self.send(path)
        assert status == 200, f"{path}: {status}"
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, f"{path} has no form"
        return page, {"csrfmiddlewaretoken": found[1]}

    def _token(self, path: str) -> str:
        return self.form(path)[1]["csrfmiddlewaretoken"]

    def send(self, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> tuple[int, str, str]:
        """Status, where the answer leads, and the page; raises OSError or HTTPException when there is no answer."""
        request = urllib.request.Request(self.base + path, data=body, headers=dict(headers))
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode(errors="replace")

    def post(self, path: str, fields: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[int, str, str]:
        """Send a form with files."""
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        for name, content in files.items():
            head = f'name="attachments"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            parts.append(head.encode() + content)
        start = f"--{_PARTING}\r\nContent-Disposition: form-data; ".encode()
        body = b"".join(start + part + b"\r\n" for part in parts) + f"--{_PARTING}--\r\n".encode()
        return self.send(path, body, {"Content-Type": f"multipart/form-data; boundary={_PARTING}"})


@dataclass
class Writer:
    """Asks one question after the other until told to stop; what was acknowledged stands in ``acknowledged``."""

    portal: Portal
    name: str
    username: str
    password: str
    choices: Mapping[str, str]
    stop: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)  # title -> ticket number
    tries: int = 0
    problem: str = ""

    def run(self) -> None:
        """Write until told to stop; whatever goes wrong beyond the expected ends up in ``problem``."""
        try:
            browser = Browser(self.portal, self.username, self.password)
            _, fields = wait_until(lambda: browser.form("/tickets/new/"), "the form")
            while not self.stop.is_set() and not self.problem:
                self._ask(browser, fields)
        except Exception as error:
            self.problem = f"{type(error).__name__}: {error}"

    def _ask(self, browser: Browser, fields: Mapping[str, str]) -> None:
        title = f"{self.name} 第 {len(self.acknowledged) + 1} 问"
        said = {**fields, **self.choices, "key": str(uuid4()), "title": title, "description": TEXT}
        files = {"记录.txt": f"{title}\n{TEXT}\n".encode()} if len(self.acknowledged) % 2 else {}
        while not self.stop.is_set() and not self.problem:
            self.tries += 1
            try:
                status, place, page = browser.post("/tickets/new/", said, files)
            except (OSError, http.client.HTTPException):
                self.stop.wait(0.1)
                continue
            if status == 302 and (found := re.fullmatch(r"/tickets/(WT[\d-]+)/", place)):
                self.acknowledged[title] = found[1]
                return
            if status < 500:
                self.problem = f"{title}: {status} {place} {page[:3000]}"
            self.stop.wait(0.1)
