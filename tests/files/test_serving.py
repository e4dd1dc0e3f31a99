"""Reading a file: who may, and how it is handed out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clouddesk.tickets import workflow
from clouddesk.tickets.models import State
from tests import factories
from tests.files import samples

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

TEXT = bytes(range(97, 107)) * 100


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def log(sign_in: SignIn) -> tuple[Client, str]:
    owner = factories.customer()
    upload = factories.upload(owner, SimpleUploadedFile("结账 日志.log", TEXT))
    return sign_in(owner), f"/files/{upload.pk}/"


def test_before_it_is_attached_a_file_is_its_senders_alone(sign_in: SignIn) -> None:
    owner = factories.customer()
    address = f"/files/{factories.upload(owner).pk}/"
    assert sign_in(owner).get(address).status_code == 200
    for other in (factories.customer(of=owner.company), factories.engineer(), factories.supervisor()):
        assert sign_in(other).get(address).status_code == 404


def test_attached_it_is_read_by_whoever_sees_the_ticket(sign_in: SignIn) -> None:
    owner, stranger, engineer = factories.customer(), factories.customer(), factories.engineer()
    public, private = factories.upload(owner), factories.upload(owner)
    factories.ticket(owner, uploads=[public])
    factories.ticket(owner, uploads=[private], private=True)
    for person, sees in ((owner, 200), (engineer, 200), (stranger, 404)):
        assert sign_in(person).get(f"/files/{public.pk}/").status_code == 200
        assert sign_in(person).get(f"/files/{private.pk}/").status_code == sees


def test_a_file_of_an_internal_note_is_for_staff(sign_in: SignIn) -> None:
    owner, engineer = factories.customer(), factories.engineer()
    ticket = factories.ticket(owner, state=State.WORKING, by=engineer)
    upload = factories.upload(engineer)
    workflow.note(engineer, ticket, "数据库里看到的", [upload])
    assert sign_in(owner).get(f"/files/{upload.pk}/").status_code == 404
    assert sign_in(factories.engineer()).get(f"/files/{upload.pk}/").status_code == 200


def test_forbidden_and_missing_answer_alike(sign_in: SignIn) -> None:
    stranger = sign_in(factories.customer())
    upload = factories.upload(factories.customer())
    gone = factories.upload(factories.customer())
    default_storage.delete(str(gone.file.name))
    pages = [stranger.get(f"/files/{pk}/") for pk in (upload.pk, uuid4(), gone.pk)]
    texts = [page.content.replace(page.wsgi_request.path.encode(), b"") for page in pages]
    assert {page.status_code for page in pages} == {404}
    assert [dict(page.headers).keys() for page in pages][1:] == [dict(page.headers).keys() for page in pages][:-1]
    assert len({len(text) for text in texts}) == 1


def test_a_file_whose_content_is_lost_is_missing(sign_in: SignIn) -> None:
    owner = factories.customer()
    upload = factories.upload(owner)
    default_storage.delete(str(upload.file.name))
    assert sign_in(owner).get(f"/files/{upload.pk}/").status_code == 404


def test_pictures_and_pdf_open_in_place_and_the_rest_is_saved(sign_in: SignIn) -> None:
    owner = factories.customer()
    for name, content, way in (
        ("图.png", samples.picture("PNG"), "inline"),
        ("说明.pdf", samples.pdf(), "inline"),
        ("日志.txt", b"text", "attachment"),
        ("包.zip", samples.archive({"a": b"b"}), "attachment"),
    ):
        upload = factories.upload(owner, SimpleUploadedFile(name, content))
        answer = sign_in(owner).get(f"/files/{upload.pk}/")
        assert answer["Content-Disposition"].startswith(way)
        assert "filename*=utf-8''%" in answer["Content-Disposition"]
        assert answer["Content-Type"] == upload.content_type
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script-src" not in answer["Content-Security-Policy"]
        assert "private" in answer["Cache-Control"]
        assert body(answer) == content
        assert sign_in(owner).get(f"/files/{upload.pk}/?download")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=990-", slice(990, 1000)),
        ("bytes=-5", slice(995, 1000)),
        ("bytes=-5000", slice(0, 1000)),
        ("bytes=500-99999", slice(500, 1000)),
    ],
)
def test_a_part_is_handed_out(log: tuple[Client, str], asked: str, part: slice) -> None:
    client, address = log
    answer = client.get(address, headers={"range": asked})
    expected = TEXT[part]
    assert body(answer) == expected
    assert answer["Content-Length"] == str(len(expected))
    if len(expected) < len(TEXT):
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {part.start}-{part.stop - 1}/1000"


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=9-3", "bytes=-0"])
def test_a_part_outside_is_refused(log: tuple[Client, str], asked: str) -> None:
    client, address = log
    answer = client.get(address, headers={"range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */1000"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b", "bytes=\u0661-", f"bytes={'9' * 5000}-"]
)
def test_what_is_no_range_gets_everything(log: tuple[Client, str], asked: str) -> None:
    client, address = log
    answer = client.get(address, headers={"range": asked})
    assert answer.status_code == 200
    assert body(answer) == TEXT


def test_a_copy_in_the_browser_is_confirmed_without_the_content(log: tuple[Client, str]) -> None:
    client, address = log
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    assert client.get(address, headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200
    assert client.get(address, headers={"range": "bytes=0-1", "if-range": tag}).status_code == 206


def test_head_tells_the_size(log: tuple[Client, str]) -> None:
    client, address = log
    answer = client.head(address)
    assert answer["Content-Length"] == "1000"
