"""The frame around every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from clouddesk.access import Access
from clouddesk.catalog.models import Vendor
from clouddesk.ui import branding, navigation
from clouddesk.ui.navigation import Part
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _fresh_brand() -> Iterator[None]:
    branding.forget()
    yield
    branding.forget()


@pytest.fixture
def staff_part(monkeypatch: pytest.MonkeyPatch) -> Part:
    """A part of the portal that only staff may open."""
    part = Part(
        key="test",
        title="报表中心",
        summary="看报表",
        icon="table",
        url_name="home:contact",
        access=Access.STAFF,
        position=1,
        waiting=lambda user: 7,
    )
    monkeypatch.setattr(navigation, "_parts", {"test": part})
    return part


def test_the_pages_carry_the_vendor_and_their_language(client: Client) -> None:
    Vendor.objects.update_or_create(id=1, defaults={"site_name": "财务服务台", "hotline": "400-111-2222"})
    page = client.get("/contact/").content.decode()
    assert '<html lang="zh-CN"' in page
    assert "<title>联系我们 · 财务服务台</title>" in page
    assert 'href="tel:400-111-2222"' in page


def test_without_a_vendor_the_pages_still_stand(client: Client) -> None:
    Vendor.objects.all().delete()
    branding.forget()
    assert "云桌面" in client.get("/contact/").content.decode()


def test_the_vendor_is_asked_for_once(client: Client, django_assert_num_queries: Callable[..., object]) -> None:
    client.get("/contact/")
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        client.get("/contact/")


def test_parts_are_shown_to_their_circle_only(sign_in: SignIn, staff_part: Part) -> None:
    assert "报表中心" not in sign_in(factories.customer()).get("/").content.decode()
    page = sign_in(factories.engineer()).get("/").content.decode()
    assert "报表中心" in page
    assert '<span class="tile-count">7' in page


def test_the_person_is_named_with_their_company(sign_in: SignIn) -> None:
    employer = factories.company("鲁中钢铁集团")
    page = sign_in(factories.customer(of=employer, real_name="欧阳建国")).get("/contact/").content.decode()
    assert "欧阳建国" in page
    assert "鲁中钢铁集团" in page


@pytest.mark.parametrize(
    ("path", "held"),
    [("/desk/tickets/", True), ("/desk/tickets/7/", True), ("/desk/", False), ("/desk/people/", False)],
)
def test_a_part_of_the_desk_holds_what_is_beneath_it(path: str, held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(key="t", title="", summary="", icon="", url_name="x", access=Access.STAFF, position=1)
    monkeypatch.setattr(navigation, "url", lambda name: "/desk/tickets/")
    assert part.holds(path) is held


@pytest.mark.parametrize(("path", "held"), [("/tickets/mine/", True), ("/tickets/new/", True), ("/contact/", False)])
def test_another_part_holds_its_whole_room(path: str, held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(key="t", title="", summary="", icon="", url_name="x", access=Access.MEMBER, position=1)
    monkeypatch.setattr(navigation, "url", lambda name: "/tickets/mine/")
    assert part.holds(path) is held


def test_contact_is_a_part_for_everybody(sign_in: SignIn) -> None:
    visitor, member = sign_in(), sign_in(factories.customer())
    assert 'class="partbar-link active"\n     href="/contact/"' in visitor.get("/contact/").content.decode()
    assert 'class="tile" href="/contact/"' in member.get("/").content.decode()
