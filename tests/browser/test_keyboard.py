"""By keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from clouddesk.tickets.models import State
from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = 60  # a control that is more keystrokes away than this is out of reach


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on ``target``, and see that one can see where it is."""
    for _ in range(STEPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


def choose(page: Page, select: Locator, text: str) -> None:
    """Choose from a list by the arrow keys."""
    tab_to(page, select)
    for _ in select.locator("option").all_inner_texts():
        if select.locator("option:checked").inner_text() != text:
            page.keyboard.press("ArrowDown")
    expect(select.locator("option:checked")).to_have_text(text)


def test_signing_in_and_asking(visit: Visit) -> None:
    factories.catalogue()
    customer = factories.customer()
    page = visit(None, reverse("tickets:new"))
    tab_to(page, page.get_by_label("用户名"))
    page.keyboard.type(customer.username)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="我要提问")).to_be_visible()
    choose(page, page.get_by_label("产品名称"), "PS标准产品")
    choose(page, page.get_by_label("应用模块"), "总账")
    choose(page, page.get_by_label("使用版本"), "10.5")
    choose(page, page.get_by_label("问题类型"), "程序错误")
    tab_to(page, page.get_by_role("radio", name="一般紧急"))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="紧急", exact=True)).to_be_checked()
    tab_to(page, page.get_by_label("问题标题"))
    page.keyboard.type("打印预览时退出")
    tab_to(page, page.get_by_label("问题描述"))
    page.keyboard.type("点打印预览程序就退出")
    tab_to(page, page.get_by_label("此问题不对其他用户公开"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="确定"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="打印预览时退出")).to_be_visible()


def test_a_question_opens_from_the_list_by_enter(visit: Visit) -> None:
    owner = factories.customer()
    ticket = factories.ticket(owner, title="凭证断号")
    page = visit(owner, reverse("tickets:mine"))
    tab_to(page, page.get_by_role("link", name="凭证断号"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(ticket.get_absolute_url()))


def test_a_double_click_anywhere_on_a_row_opens_it(visit: Visit) -> None:
    owner = factories.customer()
    ticket = factories.ticket(owner, title="凭证断号")
    page = visit(owner, reverse("tickets:mine"))
    page.get_by_role("row").filter(has_text="凭证断号").get_by_role("cell").nth(2).dblclick()
    expect(page).to_have_url(re.compile(ticket.get_absolute_url()))


def test_the_skip_link_leads_past_the_header(visit: Visit) -> None:
    page = visit(factories.customer(), reverse("home:desktop"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visit: Visit) -> None:
    customer = factories.customer(real_name="王建国")
    page = visit(customer, reverse("home:desktop"))
    summary = page.locator("summary").filter(has_text="王建国")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    leave = page.get_by_role("button", name="退出登录")
    expect(leave).to_be_visible()
    page.keyboard.press("Escape")
    expect(leave).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_rating_is_given_by_keyboard(visit: Visit) -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    page = visit(ticket.owner, ticket.get_absolute_url())
    tab_to(page, page.get_by_role("radio", name="非常满意"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="确认已解决"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("已解决")
