"""The vendor's data and logo, as supervisors edit them and every page shows them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from clouddesk.catalog import logo
from clouddesk.catalog.models import Vendor
from clouddesk.ui import branding
from tests import factories

FIELDS = {
    "site_name": "ERP云服务",
    "name": "浪潮",
    "slogan": "做客户信赖的企业",
    "hotline": "400-658-6000",
    "phone": "0531-85106000",
    "email": "erps@example.com",
    "website": "https://www.example.com/",
    "terms": "一、账号\n1. 由您本人使用。",
}


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    branding.forget()
    client.force_login(factories.supervisor())
    return client


@pytest.fixture(autouse=True)
def _forget() -> Any:
    yield
    branding.forget()


def save(client: Client, **fields: str) -> Any:
    return client.post(reverse("catalog:vendor"), {**FIELDS, **fields})


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 40), **options: Any) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, (10, 90, 110)).save(content, kind, **options)
    return content.getvalue()


def upload(client: Client, content: bytes, name: str = "logo.png") -> Any:
    return client.post(reverse("catalog:edit-logo"), {"logo": SimpleUploadedFile(name, content)})


def test_every_page_shows_what_was_saved(boss: Client) -> None:
    assert save(boss).status_code == 302
    visitor = Client().get(reverse("accounts:login")).content.decode()
    for said in ("ERP云服务", "做客户信赖的企业", "400-658-6000"):
        assert said in visitor
    assert "由您本人使用" in Client().get(reverse("accounts:terms")).content.decode()


def test_line_ends_are_kept_as_one_character(boss: Client) -> None:
    save(boss, terms="一\r\n二\n三")
    assert Vendor.objects.get().terms == "一\n二\n三"


def test_saving_again_changes_the_same_row(boss: Client) -> None:
    save(boss)
    save(boss, name="另一家")
    assert [vendor.name for vendor in Vendor.objects.all()] == ["另一家"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site_name", ""),
        ("site_name", "长" * 41),
        ("slogan", "甲\u202e乙"),
        ("hotline", "甲\x00乙"),
        ("email", "erps"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://www.example.com/"),
        ("terms", "甲\x00乙"),
        ("terms", "甲\ufffe乙"),
        ("terms", "长" * 50_001),
    ],
)
def test_what_is_wrong_is_refused_with_words_and_nothing_is_lost(boss: Client, name: str, value: str) -> None:
    response = save(boss, **{name: value})
    assert response.status_code == 400
    text = response.content.decode()
    assert f'id="id_{name}_error"' in text
    assert "0531-85106000" in text
    assert not Vendor.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_becomes_the_logo(boss: Client, kind: str) -> None:
    assert upload(boss, picture(kind)).status_code == 302
    response = Client().get(reverse("catalog:logo"))
    shown = Image.open(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert (shown.format, shown.size) == ("PNG", (120, 40))
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert reverse("catalog:logo") in Client().get(reverse("accounts:login")).content.decode()


def test_a_large_picture_is_made_smaller(boss: Client) -> None:
    upload(boss, picture(size=(1600, 400)))
    assert Image.open(Vendor.objects.get().logo).size == (640, 160)


def test_nothing_but_the_picture_is_kept(boss: Client) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    upload(boss, picture(pnginfo=said) + b"<html><script>alert(2)</script>")
    assert b"script" not in Vendor.objects.get().logo.read()


def _bomb() -> bytes:
    """A few kilobytes that would be a picture of 64 million pixels."""
    return picture("PNG", size=(8000, 8000), optimize=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"logo",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        picture()[:-40],
        picture("BMP"),
        picture("TIFF"),
        b"GIF89a<script>alert(1)</script>",
        picture() + b"\0" * logo.MAX_BYTES,
    ],
    ids=["empty", "text", "svg", "pdf", "cut", "bmp", "tiff", "polyglot", "large"],
)
def test_anything_else_is_no_logo(boss: Client, content: bytes) -> None:
    response = upload(boss, content)
    assert response.status_code == 400
    assert 'id="id_logo_error"' in response.content.decode()
    assert Client().get(reverse("catalog:logo")).status_code == 404


def test_a_small_file_with_a_huge_picture_is_refused(boss: Client) -> None:
    bomb = _bomb()
    assert len(bomb) < logo.MAX_BYTES
    assert "太大" in upload(boss, bomb).content.decode()


def test_a_new_logo_takes_the_place_of_the_old(boss: Client) -> None:
    upload(boss, picture())
    before = Vendor.objects.get().logo
    upload(boss, picture(size=(60, 30)))
    assert not before.storage.exists(str(before))
    assert Image.open(Vendor.objects.get().logo).size == (60, 30)


def test_a_logo_can_be_removed(boss: Client) -> None:
    save(boss)
    upload(boss, picture())
    kept = Vendor.objects.get().logo
    assert boss.post(reverse("catalog:edit-logo"), {"remove": "1"}).status_code == 302
    assert Client().get(reverse("catalog:logo")).status_code == 404
    assert not kept.storage.exists(str(kept))
    assert Vendor.objects.get().name == "浪潮"


def test_what_the_browser_knows_is_not_sent_again(boss: Client) -> None:
    upload(boss, picture())
    tag = Client().get(reverse("catalog:logo"))["ETag"]
    assert Client().get(reverse("catalog:logo"), headers={"if-none-match": tag}).status_code == 304
    upload(boss, picture(size=(60, 30)))
    assert Client().get(reverse("catalog:logo"), headers={"if-none-match": tag}).status_code == 200


def test_a_lost_file_is_not_found(boss: Client) -> None:
    upload(boss, picture())
    kept = Vendor.objects.get().logo
    kept.storage.delete(str(kept))
    assert Client().get(reverse("catalog:logo")).status_code == 404


@pytest.mark.parametrize("make", ["customer", "engineer", "editor"])
def test_nobody_else_speaks_for_the_vendor(client: Client, db: None, make: str) -> None:
    client.force_login(getattr(factories, make)())
    assert save(client).status_code == 403
    assert upload(client, picture()).status_code == 403
    assert not Vendor.objects.exists()
