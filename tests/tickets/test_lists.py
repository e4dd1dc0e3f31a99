"""The four lists of 问题查询 as pages: what is on them, for whom, and how they are narrowed down and sorted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clouddesk.accounts.models import User
from clouddesk.catalog import tree
from clouddesk.catalog.models import Module
from clouddesk.entries.models import Entry
from clouddesk.notifications.models import Notice
from clouddesk.tickets.models import HOT_COUNT, State, Ticket
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LISTS = ("mine", "hot", "solved", "pending")


@pytest.fixture(autouse=True)
def _fresh_tree() -> Iterator[None]:
    factories.catalogue()
    tree.forget()
    yield
    tree.forget()


@pytest.fixture
def owner() -> User:
    return factories.customer(real_name="赵明")


def page(client: Client, name: str, **parameters: str | int) -> str:
    answer = client.get(f"/tickets/{name}/", parameters)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def titles(text: str) -> list[str]:
    return re.findall(r'class="listing-title"[^>]*>([^<]*)</a>', text)


def links(text: str, words: str) -> list[str]:
    """The addresses of the links with this label."""
    found = re.findall(r"<a ([^>]*)>", text)
    return [re.findall(r'href="([^"]*)"', each)[0] for each in found if f'aria-label="{words}"' in each]


def hot(ticket: Ticket, reads: int) -> None:
    Entry.objects.filter(pk=ticket.pk).update(reads=reads)


def test_each_list_holds_what_its_name_says(sign_in: SignIn, owner: User) -> None:
    other = factories.customer()
    for who, prefix in ((owner, "我"), (other, "他")):
        for state in State:
            factories.ticket(who, state=state, title=f"{prefix}的公开{state.value}")
            factories.ticket(who, state=state, title=f"{prefix}的私密{state.value}", private=True)
    client = sign_in(owner)
    open_states = ["waiting", "working", "needs_info", "answered"]
    assert set(titles(page(client, "mine"))) == {f"我的{kind}{state}" for kind in ("公开", "私密") for state in State}
    assert set(titles(page(client, "solved"))) == {"我的公开solved", "他的公开solved"}
    assert set(titles(page(client, "hot"))) == {"我的公开solved", "他的公开solved"}
    assert set(titles(page(client, "pending"))) == {f"{who}的公开{state}" for who in "我他" for state in open_states}


def test_a_private_ticket_leaves_no_trace_for_others(sign_in: SignIn, owner: User) -> None:
    for state in (State.WAITING, State.SOLVED):
        factories.ticket(owner, state=state, title="隐秘的薪酬科目", private=True)
    shown = factories.ticket(owner, state=State.SOLVED, title="公开的薪酬科目")
    colleague = factories.customer(of=owner.company)
    client = sign_in(colleague)
    for name in LISTS:
        for parameters in ({}, {"q": "薪酬"}, {"q": "隐秘"}, {"module": shown.module_id}, {"sort": "title"}):
            text = page(client, name, **parameters)
            assert "隐秘的" not in text
            assert set(titles(text)) <= {"公开的薪酬科目"}
    for number in Ticket.objects.filter(private=True).values_list("number", flat=True):
        hidden, missing = client.get(f"/tickets/{number}/"), client.get("/tickets/WT20200101-000001/")
        assert hidden.status_code == missing.status_code == 404
        assert all(titles(page(client, name, q=number)) == [] for name in LISTS)
    assert "共 1 条" in page(client, "solved")
    assert not Notice.objects.filter(user=colleague).exists()


def test_a_private_ticket_is_marked_to_its_asker(sign_in: SignIn, owner: User) -> None:
    factories.ticket(owner, title="只给工程师看", private=True)
    assert "不公开</span>" in page(sign_in(owner), "mine").split("只给工程师看")[1]


def test_the_columns_of_the_manual(sign_in: SignIn, owner: User) -> None:
    ticket = factories.ticket(owner, state=State.ANSWERED)
    Entry.objects.filter(pk=ticket.pk).update(reads=17, favorites=4)
    text = page(sign_in(owner), "mine")
    heads = re.findall(r'<th scope="col"[^>]*>\s*(?:<a[^>]*>)?([^<]*)', text)
    assert [head.strip() for head in heads] == [
        "标题",
        "产品",
        "版本",
        "模块",
        "阅读次数",
        "收藏次数",
        "是否解决",
        "更新时间",
    ]
    row = re.sub(r"<[^>]*>", " ", text.split("<tbody>")[1].split("</tbody>")[0]).split()
    day = f"{ticket.updated_at:%Y-%m-%d}"
    assert row[:-2] == [ticket.title, ticket.number, "PS标准产品", "11.0", "总账", "17", "4", "待确认"]
    assert row[-2] >= day


def test_hot_are_the_thirty_most_read_of_those_that_match(sign_in: SignIn, owner: User) -> None:
    engineer = factories.engineer()
    reports = Module.objects.get(name="报表")
    for reads in range(HOT_COUNT + 2):
        hot(factories.ticket(owner, state=State.SOLVED, by=engineer, title=f"第{reads}热"), reads)
    hot(factories.ticket(owner, state=State.SOLVED, by=engineer, title="冷门报表", module=reports), 0)
    client = sign_in(factories.customer())
    shown = titles(page(client, "hot")) + titles(page(client, "hot", page=2))
    assert shown == [f"第{reads}热" for reads in range(HOT_COUNT + 1, 1, -1)]
    assert f"共 {HOT_COUNT} 条" in page(client, "hot")
    assert titles(page(client, "hot", module=reports.pk)) == ["冷门报表"]
    assert titles(page(client, "hot", q="冷门")) == ["冷门报表"]
    least_first = titles(page(client, "hot", sort="reads")) + titles(page(client, "hot", sort="reads", page=2))
    assert least_first == shown[::-1]


def test_one_s_own_can_be_sorted_by_progress(sign_in: SignIn, owner: User) -> None:
    engineer = factories.engineer()
    for state in (State.SOLVED, State.WAITING, State.ANSWERED):
        factories.ticket(owner, state=state, by=engineer, title=f"结账{state.label}")
    client = sign_in(owner)
    assert titles(page(client, "mine", sort="state")) == ["结账待受理", "结账待确认", "结账已解决"]
    assert titles(page(client, "mine", sort="-state", q="结账")) == ["结账已解决", "结账待确认", "结账待受理"]


def test_a_number_finds_its_ticket(sign_in: SignIn, owner: User) -> None:
    wanted = factories.ticket(owner, title="要找的")
    factories.ticket(owner, title="别的")
    client = sign_in(owner)
    for typed in (wanted.number, wanted.number.lower(), f" {wanted.number} "):
        assert titles(page(client, "mine", q=typed)) == ["要找的"]


def test_keyword_and_tree_go_together_and_show_as_removable_chips(sign_in: SignIn, owner: User) -> None:
    reports = Module.objects.get(name="报表")
    factories.ticket(owner, title="结账报表不平", module=reports)
    factories.ticket(owner, title="结账断号")
    factories.ticket(owner, title="取数不对", description="合计不等", module=reports)
    client = sign_in(owner)
    text = page(client, "mine", q="结账", module=reports.pk)
    assert titles(text) == ["结账报表不平"]
    without = {words: links(text, f"去掉条件“{words}”") for words in ("结账", "报表", "PS标准产品")}
    assert [len(addresses) for addresses in without.values()] == [1, 1, 1]
    after = {
        words: set(titles(unescape(client.get(f"/tickets/mine/{addresses[0]}").content.decode())))
        for words, addresses in without.items()
    }
    assert after["结账"] == {"结账报表不平", "取数不对"}
    assert after["报表"] == after["PS标准产品"] == {"结账报表不平", "结账断号"}


def test_conditions_stay_when_another_list_is_chosen(sign_in: SignIn, owner: User) -> None:
    module = Module.objects.get(name="报表")
    text = page(sign_in(owner), "mine", q="结账", module=module.pk, sort="title", page=2)
    tabs = re.findall(r'href="(/tickets/solved/\?[^"]*)"', text)
    assert tabs == [f"/tickets/solved/?q=%E7%BB%93%E8%B4%A6&product={module.product_id}&module={module.pk}"]


def test_the_tree_offers_every_node_and_marks_the_chosen_one(sign_in: SignIn, owner: User) -> None:
    module = Module.objects.get(name="报表")
    text = page(sign_in(owner), "solved", module=module.pk)
    nav = text.split('id="product-tree"')[1].split("</nav>")[0]
    assert re.findall(r'aria-current="true"[^>]*>([^<]*)<', nav) == ["报表"]
    leaves = re.findall(r'class="tree-leaf"[^>]*>([^<]*)<', nav)
    assert leaves == ["全部", "总账", "报表", "11.0", "10.5", "10.2", "全部", "预算", "总账", "6.X", "5.2"]


def test_what_was_typed_is_escaped(sign_in: SignIn, owner: User) -> None:
    text = sign_in(owner).get("/tickets/mine/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text


def test_too_long_a_keyword_is_refused_with_words_and_kept(sign_in: SignIn, owner: User) -> None:
    text = page(sign_in(owner), "mine", q="结" * 101)
    assert "关键字最多 100 个字，现在有 101 个。" in text
    assert f'value="{"结" * 101}"' in text


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999", "sort=;drop", "module=9&product=x", "version=-1"]
)
def test_no_address_breaks_a_list(sign_in: SignIn, owner: User, name: str, query: str) -> None:
    assert sign_in(owner).get(f"/tickets/{name}/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("name", "query", "words", "way"),
    [
        ("mine", "", "您还没有提过问题", "/tickets/new/"),
        ("pending", "", "没有待解决的公开问题", "/tickets/solved/"),
        ("solved", "", "还没有公开的已解决问题", "/tickets/pending/"),
        ("hot", "", "还没有公开的已解决问题", "/tickets/pending/"),
        ("solved", "?q=没有的", "没有符合条件的问题", "?"),
        ("solved", "?page=7", "这一页没有内容", "?"),
    ],
)
def test_an_empty_list_says_what_to_do(
    sign_in: SignIn, owner: User, name: str, query: str, words: str, way: str
) -> None:
    text = unescape(sign_in(owner).get(f"/tickets/{name}/{query}").content.decode())
    empty = text.split('class="empty"')[1]
    assert words in empty
    assert f'href="{way}"' in empty


def test_staff_have_the_public_lists_but_none_of_their_own(sign_in: SignIn, owner: User) -> None:
    client = sign_in(factories.editor())
    assert client.get("/tickets/mine/").status_code == 403
    text = page(client, "solved")
    assert "我的问题" not in text
    assert "我要提问" not in text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_few_tickets_as_with_many(sign_in: SignIn, owner: User, name: str) -> None:
    engineer, client, counts = factories.engineer(), sign_in(owner), []
    for more in (3, 40):
        for i in range(more):
            factories.ticket(owner, state=State.WAITING if i % 2 else State.SOLVED, by=engineer)
        page(client, name)
        with CaptureQueriesContext(connection) as queries:
            page(client, name)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
