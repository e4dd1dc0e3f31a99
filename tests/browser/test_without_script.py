"""Everything that matters works in a browser that runs no script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clouddesk.tickets.models import State, Ticket
from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_signing_in_asking_with_a_file_and_reading_lists(visit: Visit) -> None:
    lists = factories.catalogue()
    customer = factories.customer()
    factories.ticket(customer, title="报表打印空白", module=lists.ps.modules.get(name="报表"))
    factories.ticket(customer, title="预算取数错误", product=lists.gs)

    page = visit(None, "/tickets/new/", java_script_enabled=False)
    page.get_by_label("用户名").fill(customer.username)
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", name="我要提问")).to_be_visible()
    page.get_by_label("产品名称").select_option(label="PS标准产品")
    page.get_by_label("应用模块").select_option(str(lists.module().pk))
    page.get_by_label("使用版本").select_option(str(lists.version().pk))
    page.get_by_label("问题类型").select_option(label="环境问题")
    page.get_by_label("问题描述").fill("升级补丁后服务启动失败")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "启动日志.txt", "mimeType": "text/plain", "buffer": b"port 1433 refused"}
    )
    page.get_by_role("button", name="确定").click()

    # The fault comes back with the file kept, so that it is not chosen twice.
    expect(page.get_by_text("请填写问题标题。").first).to_be_visible()
    expect(page.get_by_role("checkbox", name="启动日志.txt")).to_be_checked()
    page.get_by_label("问题标题").fill("升级后服务不能启动")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", name="升级后服务不能启动")).to_be_visible()
    expect(page.get_by_role("link", name="启动日志.txt")).to_be_visible()

    page.goto(reverse("tickets:mine"))
    titles = page.locator(".listing-title")
    expect(titles).to_have_count(3)
    page.get_by_role("columnheader", name="标题").get_by_role("link").click()
    ascending = titles.all_inner_texts()
    page.get_by_role("columnheader", name="标题").get_by_role("link").click()
    assert titles.all_inner_texts() == ascending[::-1]
    page.get_by_role("searchbox", name=re.compile("关键字")).last.fill("取数")
    page.get_by_role("button", name="搜索").last.click()
    expect(titles).to_have_text(["预算取数错误"])
    page.get_by_role("link", name=re.compile("去掉条件.*取数")).click()
    expect(titles).to_have_count(3)
    page.get_by_role("navigation", name="产品树").get_by_role("link", name="报表").click()
    expect(titles).to_have_text(["报表打印空白"])


def test_answering_and_confirming(visit: Visit) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket()
    desk = visit(engineer, ticket.get_absolute_url(), java_script_enabled=False)
    desk.get_by_role("button", name="受理这个问题").click()
    answer = desk.locator("#answer")
    answer.get_by_label("内容").fill("请执行断号整理。")
    answer.get_by_role("button", name="提交答复").click()
    expect(desk.get_by_role("main")).to_contain_text("待确认")

    page = visit(ticket.owner, ticket.get_absolute_url(), java_script_enabled=False)
    page.get_by_label("满意", exact=True).check(force=True)
    page.get_by_role("button", name="确认已解决").click()
    expect(page.get_by_role("main")).to_contain_text("已解决")
    assert Ticket.objects.get().state == State.SOLVED
