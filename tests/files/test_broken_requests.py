"""Requests that end before their declared length: half a form is never taken for a short one."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from clouddesk.config.wsgi import WholeInput, whole
from clouddesk.files.models import Upload
from clouddesk.tickets.models import Ticket
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # the handler closes its connection after each request
BOUNDARY = "limit"


def multipart(fields: dict[str, Any], file: bytes = b"") -> bytes:
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\n'
    return "".join(parts).encode() + (head.encode() + file + b"\r\n" if file else b"") + f"--{BOUNDARY}--\r\n".encode()


class Caller:
    """A browser whose requests can break off."""

    def __init__(self, client: Client) -> None:
        client.get("/tickets/new/")
        self.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.token = client.cookies[settings.CSRF_COOKIE_NAME].value

    def post(self, path: str, body: bytes, arrived: int, **headers: str) -> int:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body[:arrived]),
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": self.cookies,
            **headers,
        }
        statuses: list[str] = []
        answer: Any = whole(WSGIHandler())(environ, lambda status, headers: statuses.append(status))
        answer.close()
        return int(statuses[0].split()[0])


@pytest.fixture
def caller(sign_in: Callable[..., Client]) -> Caller:
    factories.catalogue()
    return Caller(sign_in(factories.customer()))


def test_a_file_cut_anywhere_leaves_nothing(caller: Caller) -> None:
    body = multipart({}, b"0123456789\n" * 40_000)
    header = {"HTTP_X_CSRFTOKEN": caller.token, "HTTP_X_REQUESTED_WITH": "fetch"}
    assert caller.post("/files/", body, len(body), **header) == 201
    kept = Upload.objects.get()
    for arrived in (0, 30, 200, len(body) // 2, len(body) - 30, len(body) - 4, len(body) - 1):
        assert caller.post("/files/", body, arrived, **header) >= 400
    assert list(Upload.objects.all()) == [kept]
    assert not list(Path(settings.UPLOAD_INCOMING).iterdir())


def test_a_question_cut_anywhere_is_not_asked(caller: Caller) -> None:
    lists = factories.catalogue()
    fields = {
        "csrfmiddlewaretoken": caller.token,
        "product": lists.ps.pk,
        "module": lists.module().pk,
        "version": lists.version().pk,
        "kind": lists.kind.pk,
        "urgency": 1,
        "title": "结账报错",
        "description": "说明" * 5_000,
    }
    body = multipart(fields, b"log\n" * 50_000)
    assert caller.post("/tickets/new/", body, len(body)) == 302
    for arrived in (body.index("说明".encode()) + 3_000, len(body) // 2, len(body) - 40, len(body) - 3):
        assert caller.post("/tickets/new/", body, arrived) >= 400
    assert Ticket.objects.count() == 1


def test_pieces_are_put_together() -> None:
    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 3))

    assert WholeInput(Slow(b"0123456789")).read(8) == b"01234567"
    with pytest.raises(OSError, match="ended"):
        WholeInput(Slow(b"0123")).read(8)
