"""The frame around the pages, as one uses it: the theme, the menu, the way past the navigation, the first fault."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def surface(page: Page) -> str:
    """The colour behind the page's text."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def open_menu(page: Page, name: str) -> None:
    """Open the menu of the person."""
    page.locator("summary", has_text=name).click()


def test_the_theme_changes_without_losing_what_is_typed(visit: Visit) -> None:
    factories.catalogue()
    page = visit(factories.customer(real_name="欧阳建国"), "/tickets/new/")
    light = surface(page)
    page.get_by_label("问题标题").fill("还没有提交的标题")
    open_menu(page, "欧阳建国")
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert surface(page) != light
    expect(page.get_by_label("问题标题")).to_have_value("还没有提交的标题")
    page.goto("/contact/")  # the server writes the theme into the page: no flash of the other one
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    open_menu(page, "欧阳建国")
    page.get_by_role("button", name="跟随系统").click()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", re.compile(".*"))
    assert surface(page) == light


def test_the_theme_changes_without_script(visit: Visit) -> None:
    page = visit(factories.customer(real_name="欧阳建国"), "/contact/", java_script_enabled=False)
    open_menu(page, "欧阳建国")
    page.get_by_role("button", name="深色").click()
    expect(page).to_have_url(re.compile("/contact/$"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_without_a_choice_the_system_decides(visit: Visit) -> None:
    dark, light = visit(None, "/contact/", color_scheme="dark"), visit(None, "/contact/", color_scheme="light")
    assert surface(dark) != surface(light)


def test_the_menu_closes_on_escape_and_on_a_click_elsewhere(visit: Visit) -> None:
    page = visit(factories.customer(real_name="欧阳建国"), "/contact/")
    leave = page.get_by_role("button", name="退出登录")
    open_menu(page, "欧阳建国")
    expect(leave).to_be_visible()
    page.keyboard.press("Escape")
    expect(leave).to_be_hidden()
    expect(page.locator("summary", has_text="欧阳建国")).to_be_focused()
    open_menu(page, "欧阳建国")
    page.get_by_role("heading", level=1).click()
    expect(leave).to_be_hidden()


def test_the_first_tab_leads_past_the_navigation(visit: Visit) -> None:
    page = visit(factories.customer(), "/contact/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_first_fault_of_a_form_is_focused(visit: Visit) -> None:
    page = visit(None, "/register/")
    page.get_by_label("用户名").fill("liming")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_label("密码", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
@pytest.mark.parametrize("path", ["/", "/search/?q=结账", "/contact/", "/no-such-page/"])
def test_no_page_is_wider_than_the_window(visit: Visit, width: int, path: str) -> None:
    asker = factories.customer(
        real_name="买买提·吐尔逊江", of=factories.company("内蒙古自治区呼伦贝尔市额尔古纳河煤电集团")
    )
    factories.ticket(asker, title="W" * 100)
    factories.ticket(asker, title="结账" * 50)
    page = visit(asker, path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
