"""我要提问 with everything that goes wrong on the way: faults, a closed browser, an expired session, two clicks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.crypto import get_random_string
from playwright.sync_api import BrowserContext, Page, Route, expect

from clouddesk.accounts.models import User
from clouddesk.files.models import Upload
from clouddesk.tickets.models import Attachment, Ticket
from tests import factories
from tests.browser.acting import choose_file, choose_product, expect_uploaded, paste_screenshot
from tests.browser.conftest import Visit, sign_in
from tests.browser.portal import Portal

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "预算报表取数为零"
DESCRIPTION = "预算执行表全部取数为零，上月正常。"


@pytest.fixture
def customer(transactional_db: None) -> User:
    factories.catalogue()
    return factories.customer()


def fill(page: Page) -> None:
    choose_product(page, "GS标准产品", "预算", "6.X")
    page.get_by_label("问题类型").select_option(label="应用问题")
    page.get_by_label("问题标题").fill(TITLE)
    page.get_by_label("问题描述").fill(DESCRIPTION)
    page.get_by_label("此问题不对其他用户公开").check()


def expect_filled(page: Page) -> None:
    expect(page.get_by_label("产品名称").locator("option:checked")).to_have_text("GS标准产品")
    expect(page.get_by_label("应用模块").locator("option:checked")).to_have_text("预算")
    expect(page.get_by_label("使用版本").locator("option:checked")).to_have_text("6.X")
    expect(page.get_by_label("问题标题")).to_have_value(TITLE)
    expect(page.get_by_label("问题描述")).to_have_value(DESCRIPTION)
    expect(page.get_by_label("此问题不对其他用户公开")).to_be_checked()


def send(page: Page) -> None:
    page.get_by_role("button", name="确定").click()


def expect_sent(page: Page) -> Ticket:
    expect(page).to_have_url(re.compile(r"/tickets/WT\d{8}-\d{6}/$"))
    ticket = Ticket.objects.get()
    assert page.url.endswith(ticket.get_absolute_url())
    assert (ticket.title, ticket.description, ticket.private) == (TITLE, DESCRIPTION, True)
    return ticket


def kept(page: Page) -> None:
    """Wait until the page says that the server has the draft."""
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存")


def test_all_faults_are_named_at_once_and_nothing_typed_is_lost(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    choose_product(page, "GS标准产品", "预算", "6.X")
    page.get_by_label("问题描述").fill(DESCRIPTION)
    page.get_by_label("此问题不对其他用户公开").check()
    choose_file(page, "日志.txt", b"ORA-01555")
    send(page)

    faults = page.get_by_role("alert")
    expect(faults).to_contain_text("问题类型")
    expect(faults).to_contain_text("问题标题")
    for label, words in (("问题类型", "请选择问题类型。"), ("问题标题", "请填写问题标题。")):
        field = page.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(words))
    expect(page.get_by_label("问题类型")).to_be_focused()
    assert not Ticket.objects.exists()

    page.get_by_label("问题类型").select_option(label="应用问题")
    page.get_by_label("问题标题").fill(TITLE)
    expect_filled(page)
    expect_uploaded(page, "日志.txt")
    send(page)
    ticket = expect_sent(page)
    assert [attachment.upload.name for attachment in Attachment.objects.filter(event__ticket=ticket)] == ["日志.txt"]


def test_module_and_version_follow_the_product(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    module, version = page.get_by_label("应用模块"), page.get_by_label("使用版本")
    expect(module).to_be_disabled()
    expect(version).to_be_disabled()

    page.get_by_label("产品名称").select_option(label="PS标准产品")
    assert module.locator("option").all_inner_texts()[1:] == ["总账", "报表"]
    assert version.locator("option").all_inner_texts()[1:] == ["11.0", "10.5", "10.2"]
    module.select_option(label="报表")

    page.get_by_label("产品名称").select_option(label="GS标准产品")
    assert version.locator("option").all_inner_texts()[1:] == ["6.X", "5.2"]
    expect(module).to_have_value("")


def test_an_upload_shows_its_progress_and_its_refusal_and_can_be_removed(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route), times=1)
    files = page.locator("input[type=file]").first
    files.set_input_files({"name": "总账.txt", "mimeType": "text/plain", "buffer": b"1"})
    row = page.locator(".uploads-item").filter(has_text="总账.txt")
    expect(row.get_by_role("progressbar", name="总账.txt")).to_be_visible()
    expect(row).to_contain_text(re.compile("正在上传|正在检查"))
    send(page)
    expect(page.get_by_text("附件传完后会自动提交")).to_be_visible()
    held[0].continue_()
    ticket = expect_sent(page)
    assert Attachment.objects.get(event__ticket=ticket).upload.name == "总账.txt"

    page.goto(reverse("tickets:new"))
    page.locator("input[type=file]").first.set_input_files(
        {"name": "工具.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00 not a picture"}
    )
    row = page.locator(".uploads-item").filter(has_text="工具.png")
    expect(row).to_have_attribute("data-state", "failed")
    expect(row).to_contain_text("不能上传")
    row.get_by_role("button", name="移除 工具.png").click()
    expect(row).to_have_count(0)
    assert Upload.objects.count() == 1


def test_a_screenshot_is_pasted_and_files_are_dropped(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    paste_screenshot(page)
    page.locator("form.ask").evaluate(
        """(form) => {
            const carried = new DataTransfer();
            carried.items.add(new File(["第一行"], "甲.txt", {type: "text/plain"}));
            carried.items.add(new File(["第二行"], "乙.txt", {type: "text/plain"}));
            for (const kind of ["dragover", "drop"])
                form.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
        }"""
    )
    expect_uploaded(page, "甲.txt")
    expect_uploaded(page, "乙.txt")
    send(page)
    ticket = expect_sent(page)
    names = [attachment.upload.name for attachment in Attachment.objects.filter(event__ticket=ticket)]
    assert re.fullmatch(r"截图-\d{8}-\d{6}\.png", names[0])
    assert names[1:] == ["甲.txt", "乙.txt"]


def test_a_draft_survives_a_closed_browser(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    choose_file(page, "凭证.txt", b"0001")
    kept(page)
    page.context.close()

    again = visit(customer, reverse("tickets:new"))
    expect(again.get_by_text("的草稿。")).to_be_visible()
    expect_filled(again)
    expect_uploaded(again, "凭证.txt")
    send(again)
    expect_sent(again)
    again.goto(reverse("tickets:new"))
    expect(again.get_by_label("问题标题")).to_have_value("")


def test_a_draft_can_be_thrown_away(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    kept(page)
    page.reload()
    expect_filled(page)
    page.get_by_role("button", name="放弃草稿").click()
    expect(page.get_by_label("问题标题")).to_have_value("")
    page.reload()
    expect(page.get_by_label("问题标题")).to_have_value("")


def test_nothing_is_lost_when_the_session_ends_before_sending(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    choose_file(page, "凭证.txt", b"0001")
    Session.objects.all().delete()
    fill(page)
    send(page)

    expect(page).to_have_url(re.compile(r"/login/"))
    assert not Ticket.objects.exists()
    page.get_by_label("用户名").fill(customer.username)
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(re.compile(r"/tickets/new/$"))
    expect_filled(page)
    expect_uploaded(page, "凭证.txt")
    send(page)
    ticket = expect_sent(page)
    assert Attachment.objects.filter(event__ticket=ticket).count() == 1


def test_what_one_person_typed_is_not_shown_to_the_next_on_the_same_computer(
    visit: Visit, customer: User, portal: Portal
) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    kept(page)
    context: BrowserContext = page.context
    context.clear_cookies()
    sign_in(context, factories.customer(), portal.base)
    page.goto(reverse("tickets:new"))
    expect(page.get_by_label("问题标题")).to_have_value("")


def test_two_clicks_make_one_ticket(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    page.get_by_role("button", name="确定").dblclick()
    expect_sent(page)


def test_sending_again_after_going_back_opens_the_same_ticket(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    send(page)
    first = expect_sent(page)
    page.go_back()
    fields: dict[str, Any] = {"title": page.get_by_label("问题标题").input_value()}
    if fields["title"] == TITLE:
        # The browser kept the page as it was, its key included.
        send(page)
        assert expect_sent(page) == first
    assert Ticket.objects.count() == 1


def test_an_answer_lost_on_the_way_and_sent_again_makes_one_ticket(visit: Visit, customer: User) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)  # the server does its work
        route.abort("connectionreset")

    page.route("**/tickets/new/", lose, times=1)
    send(page)
    expect(page.locator("body")).not_to_contain_text("问题标题")
    assert Ticket.objects.count() == 1
    page.goto(reverse("tickets:new"))
    if page.get_by_label("问题标题").input_value():
        send(page)
    assert Ticket.objects.count() == 1


def test_solved_questions_like_the_title_are_offered_while_it_is_typed(visit: Visit, customer: User) -> None:
    from clouddesk.tickets.models import State

    factories.ticket(title="月末结账提示凭证断号怎么办", state=State.SOLVED)
    factories.ticket(title="凭证断号的内部问题", state=State.SOLVED, private=True)
    page = visit(customer, reverse("tickets:new"))
    page.get_by_label("问题标题").press_sequentially("凭证断号")
    offered = page.get_by_role("link", name="月末结账提示凭证断号怎么办")
    expect(offered).to_be_visible()
    expect(page.get_by_text("凭证断号的内部问题")).to_have_count(0)


def test_who_signed_in_again_in_another_window_can_send_what_stands_here(
    visit: Visit, customer: User, portal: Portal
) -> None:
    page = visit(customer, reverse("tickets:new"))
    fill(page)
    # Signing in anywhere in the browser renews the cookie with which forms prove where they come from.
    renewed = get_random_string(32)
    page.context.add_cookies([{"name": settings.CSRF_COOKIE_NAME, "value": renewed, "url": portal.base}])
    send(page)
    expect_sent(page)
