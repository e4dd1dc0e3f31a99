"""The customer's main journey, as a person walks it: register, sign in, ask, be answered, confirm."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clouddesk.tickets.models import State, Ticket
from tests import factories
from tests.browser.acting import choose_file, choose_product, paste_screenshot
from tests.browser.conftest import Visit
from tests.browser.portal import Portal

pytestmark = pytest.mark.django_db(transaction=True)


def register(page: Page) -> None:
    page.get_by_role("link", name="免费注册").click()
    page.get_by_label("用户名").fill("lixiulan")
    page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
    page.get_by_label("确认密码").fill(factories.PASSWORD)
    page.get_by_label("真实姓名").fill("李秀兰")
    page.get_by_label("单位名称").fill("山东鲁海化工有限公司")
    page.get_by_label("邮箱").fill("lixiulan@example.com")
    page.get_by_label("联系电话").fill("0531-88000000")
    page.get_by_label("浪潮ERP-PS", exact=True).check()
    page.get_by_label("我确认以上信息的准确性").check()
    page.get_by_role("button", name="提交").click()


def sign_in_by_form(page: Page) -> None:
    expect(page.get_by_label("用户名")).to_have_value("lixiulan")
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()


def ask(page: Page) -> str:
    page.get_by_role("link", name="我要提问").first.click()
    choose_product(page, "PS标准产品", "总账", "11.0")
    page.get_by_label("问题类型").select_option(label="数据异常")
    page.get_by_text("特别紧急", exact=True).click()
    page.get_by_label("问题标题").fill("月末结账提示凭证断号")
    page.get_by_label("问题描述").fill("结账到第三步时提示断号。\n\n    select * from zwpzk")
    paste_screenshot(page)
    choose_file(page, "凭证清单.txt", "2026-11 记 0001 至 0042\n".encode() * 200)
    page.get_by_role("button", name="确定").click()
    expect(page).to_have_url(re.compile(r"/tickets/WT\d{8}-\d{6}/$"))
    return page.url.rstrip("/").rpartition("/")[2]


def test_a_newcomer_asks_and_is_answered(visit: Visit, portal: Portal) -> None:
    lists = factories.catalogue()
    engineer = factories.engineer(modules=[lists.module()])

    page = visit(None, "/")
    register(page)
    sign_in_by_form(page)
    expect(page).to_have_url(f"{portal.base}/")
    number = ask(page)
    expect(page.get_by_role("main")).to_contain_text("待受理")
    expect(page.get_by_text("select * from zwpzk")).to_be_visible()
    picture = page.get_by_role("main").locator("img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == 320
    with page.expect_download() as download:
        page.get_by_role("link", name="凭证清单.txt").click()
    assert download.value.path().read_bytes().startswith("2026-11 记".encode())

    desk = visit(engineer, reverse("tickets:desk"))
    desk.get_by_role("link", name="月末结账提示凭证断号").click()
    desk.get_by_role("button", name="受理这个问题").click()
    expect(desk.get_by_role("main")).to_contain_text("处理中")
    answer = desk.get_by_role("group").filter(has_text="答复客户")
    answer.get_by_label("内容").fill("请在凭证整理中执行断号整理，然后重新结账。")
    answer.get_by_role("button", name="提交答复").click()
    expect(desk.get_by_role("main")).to_contain_text("待确认")

    portal.run_jobs()
    mails = [path.read_text() for path in portal.mails.iterdir()]
    assert sum("lixiulan@example.com" in mail and number in mail for mail in mails) >= 1

    page.goto("/")
    page.get_by_role("link", name=re.compile("消息，.*未读")).click()
    page.get_by_role("button", name=re.compile("有了答复")).click()
    expect(page.get_by_text("请在凭证整理中执行断号整理")).to_be_visible()
    page.get_by_label("非常满意", exact=True).check(force=True)
    page.get_by_role("button", name="确认已解决").click()
    expect(page.get_by_role("main")).to_contain_text("已解决")

    ticket = Ticket.objects.get(number=number)
    assert (ticket.state, ticket.rating) == (State.SOLVED, 5)
