"""A list's rows open in every way that the specification names, and its tree and sorting work on a telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from clouddesk.tickets.models import Ticket
from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)
NARROW: dict[str, Any] = {"viewport": ViewportSize(width=360, height=740), "has_touch": True}


@pytest.fixture
def tickets() -> list[Ticket]:
    owner = factories.customer()
    return [factories.ticket(owner, title=title) for title in ("先问的", "后问的")]


def at(page: Page, ticket: Ticket) -> None:
    expect(page).to_have_url(re.compile(re.escape(ticket.get_absolute_url()) + "$"))


def row(page: Page, ticket: Ticket) -> Any:
    return page.locator("tbody tr", has_text=ticket.title)


def test_a_double_click_on_a_row_opens_it(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/")
    row(page, tickets[0]).locator("td").nth(1).dblclick()
    at(page, tickets[0])


def test_a_click_on_its_title_opens_it(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/")
    page.get_by_role("link", name="先问的").click()
    at(page, tickets[0])


def test_a_click_selects_a_row_and_enter_opens_it(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/")
    row(page, tickets[0]).locator("td").nth(1).click()
    expect(page.get_by_role("link", name="先问的")).to_be_focused()
    assert page.url.endswith("/tickets/mine/")
    page.keyboard.press("Enter")
    at(page, tickets[0])


def test_arrow_keys_go_from_row_to_row(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/")
    page.get_by_role("link", name="后问的").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="先问的")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="后问的")).to_be_focused()


@pytest.mark.parametrize("moved", [0, 40])
def test_a_long_press_opens_a_row_and_a_swipe_does_not(visit: Visit, tickets: list[Ticket], moved: int) -> None:
    page = visit(tickets[0].owner, **NARROW)
    page.clock.install()
    page.goto("/tickets/mine/")
    cell = row(page, tickets[0]).locator("td").nth(1)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box is not None
    page.evaluate("addEventListener('click', () => document.body.setAttribute('data-clicked', ''))")
    finger = page.context.new_cdp_session(page)
    for kind, up in [("touchStart", 0), ("touchMove", moved)]:
        point = {"x": box["x"] + 10, "y": box["y"] + 8 - up}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    page.clock.run_for(2_000)
    if moved:
        assert page.locator("body[data-clicked]").count() == 0
    else:
        at(page, tickets[0])


def test_on_a_telephone_a_button_opens_the_product_tree(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/", **NARROW)
    tree = page.locator("#product-tree")
    expect(tree).to_be_hidden()
    page.get_by_role("button", name="产品树", exact=True).click()
    expect(tree).to_be_visible()
    page.keyboard.press("Escape")
    expect(tree).to_be_hidden()
    page.get_by_role("button", name="产品树", exact=True).click()
    tree.get_by_role("link", name="报表").click()
    expect(page.get_by_text("没有符合条件的问题")).to_be_visible()
    page.get_by_role("link", name="去掉条件“报表”").click()
    expect(page.get_by_role("link", name="先问的")).to_be_visible()


@pytest.mark.parametrize("size", [NARROW, {}])
def test_without_script_a_list_is_searched_sorted_and_narrowed(
    visit: Visit, tickets: list[Ticket], size: dict[str, Any]
) -> None:
    page = visit(tickets[0].owner, "/tickets/mine/", java_script_enabled=False, **size)
    page.get_by_role("columnheader", name="标题").get_by_role("link").click()
    expect(page.locator(".listing-title")).to_have_text(["先问的", "后问的"])
    page.locator("#id_q").fill("后问")
    page.get_by_role("button", name="搜索").last.click()
    expect(page.locator(".listing-title")).to_have_text(["后问的"])
    assert "sort=title" in page.url
    page.get_by_role("link", name="去掉条件“后问”").click()
    expect(page.locator(".listing-title")).to_have_count(2)


def test_a_ticket_is_claimed_from_the_queue(visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(factories.engineer(), "/desk/tickets/")
    page.get_by_role("button", name="受理“先问的”").click()
    at(page, tickets[0])
    expect(page.get_by_text("您已受理这个问题。")).to_be_visible()
