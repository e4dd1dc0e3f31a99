"""Sending one file ahead of its form."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError
from django.test import Client, override_settings

from clouddesk.files.models import Upload
from tests import factories
from tests.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in: Callable[..., Client]) -> Client:
    return sign_in(factories.customer())


def send(client: Client, name: str, content: bytes) -> Any:
    return client.post("/files/", {"file": SimpleUploadedFile(name, content)}, headers={"x-requested-with": "fetch"})


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_file_is_kept_under_a_random_name(client: Client) -> None:
    content = samples.picture("PNG")
    answer = send(client, "结账报错.png", content)
    assert answer.status_code == 201
    described = answer.json()
    upload = Upload.objects.get(pk=described["id"])
    assert described == {
        "id": str(upload.pk),
        "name": "结账报错.png",
        "size": len(content),
        "type": "image/png",
        "picture": True,
        "url": f"/files/{upload.pk}/",
    }
    stored = str(upload.file.name)
    assert upload.pk.hex in stored
    assert "结账" not in stored
    assert upload.file.read() == content
    assert upload.sha256 == hashlib.sha256(content).hexdigest()


def test_a_refusal_names_the_file_and_what_is_accepted(client: Client) -> None:
    before = stored_files()
    answer = send(client, "图标.svg", b"<svg/>")
    assert answer.status_code == 400
    assert "图标.svg" in answer.json()["error"]
    assert "PNG" in answer.json()["error"]
    assert not Upload.objects.exists()
    assert stored_files() == before


def test_a_file_over_the_limit_is_told_the_limit(client: Client) -> None:
    with override_settings(UPLOAD_MAX_BYTES=1024 * 1024):
        answer = send(client, "备份.log", b"0123456789abcdef" * 70_000)
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["error"]
    assert not Upload.objects.exists()


def test_one_person_cannot_fill_the_disk(client: Client, sign_in: Callable[..., Client]) -> None:
    with override_settings(UPLOAD_DAILY_BYTES=1000):
        assert send(client, "a.log", b"x" * 600).status_code == 201
        answer = send(client, "b.log", b"x" * 600)
        assert answer.status_code == 429
        assert "b.log" in answer.json()["error"]
        assert send(sign_in(factories.customer()), "b.log", b"x" * 600).status_code == 201


def test_a_file_of_exactly_the_limit_is_taken(client: Client) -> None:
    with override_settings(UPLOAD_MAX_BYTES=1024 * 1024):
        assert send(client, "日志.log", b"x" * 1024 * 1024).status_code == 201


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "x." + "y" * 250, "\u202egnp.exe", "../../up.png"])
def test_strange_names_are_no_obstacle(client: Client, name: str) -> None:
    assert send(client, name, samples.picture("PNG")).status_code == 201


def test_none_or_several_files_are_refused(client: Client) -> None:
    two = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    assert client.post("/files/").status_code == 400
    assert client.post("/files/", {"file": two}).status_code == 400
    assert client.post("/files/", {"file": "not a file"}).status_code == 400
    assert not Upload.objects.exists()


def test_a_visitor_is_told_to_sign_in(sign_in: Callable[..., Client]) -> None:
    assert send(sign_in(), "a.txt", b"a").status_code == 401
    assert not Upload.objects.exists()


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process may grow beyond 64 kB, which fails like a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_gets_a_clear_answer_and_leaves_nothing(client: Client, small_disk: None) -> None:
    before = stored_files()
    answer = send(client, "日志.log", b"y" * 1024 * 1024)
    assert answer.status_code == 507
    assert "存储空间" in answer.json()["error"]
    assert not Upload.objects.exists()
    assert stored_files() == before
    assert not list(Path(settings.UPLOAD_INCOMING).iterdir())
    assert send(client, "小.txt", b"small").status_code == 201


def test_a_disk_that_fills_while_storing_leaves_no_torn_file(client: Client) -> None:
    before = stored_files()
    full = OSError(28, "No space left on device")
    with mock.patch.object(type(default_storage._wrapped), "_save", side_effect=full):  # type: ignore[attr-defined]
        answer = send(client, "日志.log", b"text")
    assert answer.status_code == 507
    assert not Upload.objects.exists()
    assert stored_files() == before


def test_a_database_that_fails_leaves_no_stray_file(client: Client) -> None:
    before = stored_files()
    with mock.patch.object(Upload, "save", side_effect=DatabaseError("down")), pytest.raises(DatabaseError):
        send(client, "日志.log", b"text")
    assert stored_files() == before
    assert not list(Path(settings.UPLOAD_INCOMING).iterdir())


def test_a_connection_lost_at_the_commit_keeps_the_content(client: Client) -> None:
    before = stored_files()
    with mock.patch.object(Upload, "save", side_effect=OperationalError("gone")), pytest.raises(OperationalError):
        send(client, "日志.log", b"text")
    assert len(stored_files()) == len(before) + 1  # the row may be there


def test_content_is_on_the_disk_before_it_is_acknowledged(client: Client) -> None:
    steps: list[str] = []
    with (
        mock.patch("clouddesk.files.storage.os.fsync", side_effect=lambda handle: steps.append("disk")),
        mock.patch.object(Upload, "save", side_effect=lambda **options: steps.append("row")),
    ):
        send(client, "a.txt", b"text")
    assert steps[-1] == "row"
    assert steps.count("disk") >= 2  # the file, and the directory that names it


@pytest.mark.parametrize("address", ["/login/", "/files/"])
def test_nothing_that_visitors_send_is_written_to_disk(sign_in: Callable[..., Client], address: str) -> None:
    with mock.patch("clouddesk.files.receiving.ReceivedFile") as written:
        answer = sign_in().post(address, {"file": SimpleUploadedFile("a.png", b"x" * 100_000)})
    assert answer.status_code in (200, 302, 400)
    assert not written.called
