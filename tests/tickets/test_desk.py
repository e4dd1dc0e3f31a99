"""问题单处理: the staff's queue, what is on it, in what order, and claiming from it."""

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
from clouddesk.tickets import workflow
from clouddesk.tickets.models import State, Ticket, Urgency
from clouddesk.tickets.rules import serves, serves_in
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _fresh_tree() -> Iterator[None]:
    factories.catalogue()
    tree.forget()
    yield
    tree.forget()


@pytest.fixture
def reports() -> Module:
    return Module.objects.get(name="报表")


def page(client: Client, **parameters: str | int) -> str:
    answer = client.get("/desk/tickets/", parameters)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def titles(text: str) -> list[str]:
    return re.findall(r'class="listing-title"[^>]*>([^<]*)</a>', text)


def claims(text: str) -> list[str]:
    """The numbers of the tickets that can be claimed from the page."""
    return re.findall(r'formaction="/tickets/(WT[\d-]+)/claim/"', text)


def counts(text: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(r'class="tab"[^>]*>([^<]*)<span class="tab-count">(\d+)', text)}


def test_it_opens_with_what_nobody_has_taken(sign_in: SignIn) -> None:
    for state in State:
        factories.ticket(state=state, title=f"结账{state.label}")
    assert titles(page(sign_in(factories.consultant()))) == ["结账待受理"]


def test_tabs_count_and_lead_to_what_they_count(sign_in: SignIn) -> None:
    me = factories.engineer()
    for state in State:
        factories.ticket(state=state, by=me, title=f"我的{state.label}")
        factories.ticket(state=state, title=f"别人的{state.label}")
    client = sign_in(me)
    text = page(client)
    assert counts(text) == {"待受理": 2, "我的": 3, "全部未结": 8}
    ways = dict(re.findall(r'class="tab" href="([^"]*)"[^>]*>([^<]*)<', text))
    for way, name in ways.items():
        shown = titles(unescape(client.get(f"/desk/tickets/{way}").content.decode()))
        assert len(shown) == counts(text)[name]
    assert set(titles(page(client, mine="on"))) == {"我的处理中", "我的待补充", "我的待确认"}
    assert titles(page(client, mine="on", state="answered")) == ["我的待确认"]
    assert set(titles(page(client, state="needs_info"))) == {"我的待补充", "别人的待补充"}


def test_own_modules_first_then_the_most_urgent_then_the_longest_waiting(sign_in: SignIn, reports: Module) -> None:
    ledger = factories.catalogue().module()
    asked = [
        ("甲", ledger, Urgency.LOW),
        ("乙", ledger, Urgency.CRITICAL),
        ("丙", reports, Urgency.NORMAL),
        ("丁", ledger, Urgency.CRITICAL),
        ("戊", reports, Urgency.URGENT),
    ]
    for title, module, urgency in asked:
        factories.ticket(title=title, urgency=urgency, module=module)
    text = page(sign_in(factories.engineer(modules=[reports])))
    assert titles(text) == ["戊", "丙", "乙", "丁", "甲"]
    assert text.index("我服务的模块</th>") < text.index("戊") < text.index("其他模块</th>") < text.index("乙")
    assert titles(page(sign_in(factories.supervisor()))) == ["乙", "丁", "戊", "丙", "甲"]


def test_filters_go_together(sign_in: SignIn, reports: Module) -> None:
    factories.ticket(title="结账甲", module=reports, urgency=Urgency.URGENT)
    factories.ticket(title="结账乙", module=reports, urgency=Urgency.LOW)
    factories.ticket(title="结账丙", urgency=Urgency.URGENT)
    factories.ticket(title="打印丁", description="偏移", module=reports, urgency=Urgency.URGENT)
    client = sign_in(factories.engineer(modules=[reports]))
    assert titles(page(client, state="waiting", module=reports.pk, urgency=2, q="结账")) == ["结账甲"]
    assert titles(page(client, state="waiting", module=reports.pk, urgency=2)) == ["结账甲", "打印丁"]
    assert titles(page(client, state="waiting", module="served", urgency=4)) == ["结账乙"]
    assert titles(page(client, state="", q="结账")) == ["结账甲", "结账乙", "结账丙"]


def test_a_number_finds_its_ticket(sign_in: SignIn) -> None:
    wanted = factories.ticket(title="要找的")
    factories.ticket(title="别的")
    assert titles(page(sign_in(factories.editor()), q=wanted.number)) == ["要找的"]


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "state=solved",
        "module=0",
        "module=x",
        "module=served",
        "urgency=9",
        "mine=maybe",
        "page=0",
        "page=501",
    ],
)
def test_bad_values_break_nothing(sign_in: SignIn, query: str) -> None:
    factories.ticket()
    assert sign_in(factories.consultant()).get(f"/desk/tickets/?{query}").status_code == 200


def test_staff_see_private_tickets_marked_and_who_asked(sign_in: SignIn) -> None:
    company = factories.company("鲁岱重机集团有限公司")
    factories.ticket(factories.customer(of=company, real_name="欧阳静"), private=True)
    text = page(sign_in(factories.consultant()))
    assert "不公开</span>" in text
    assert "欧阳静" in text
    assert "鲁岱重机集团有限公司" in text


def test_pages(sign_in: SignIn) -> None:
    owner = factories.customer()
    for i in range(23):
        factories.ticket(owner, title=f"第{i}个")
    client = sign_in(factories.supervisor())
    assert titles(page(client)) == [f"第{i}个" for i in range(20)]
    assert 'href="?state=waiting&page=2"' in page(client)
    assert titles(page(client, state="waiting", page=2)) == ["第20个", "第21个", "第22个"]
    assert "这一页没有问题单" in page(client, state="waiting", page=9)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "这里没有问题单"),
        ({"mine": "on"}, "您手上没有未结的问题单"),
        ({"state": "", "q": "没有的"}, "没有符合条件的问题单"),
        ({"q": "结" * 101}, "关键字最多 100 个字，现在有 101 个。"),
    ],
)
def test_an_empty_queue_says_what_to_do(sign_in: SignIn, parameters: dict[str, str], words: str) -> None:
    assert words in page(sign_in(factories.engineer()), **parameters)


def test_only_who_serves_the_module_can_claim_from_it(sign_in: SignIn, reports: Module) -> None:
    here, there = factories.ticket(module=reports), factories.ticket()
    assert claims(page(sign_in(factories.engineer(modules=[reports])))) == [here.number]
    assert set(claims(page(sign_in(factories.supervisor())))) == {here.number, there.number}
    for person in (factories.consultant(), factories.editor(), factories.engineer(modules=[])):
        assert claims(page(sign_in(person))) == []


def test_what_the_queue_offers_is_what_the_rule_allows(reports: Module) -> None:
    ticket = factories.ticket(module=reports)
    people: list[User] = [
        factories.engineer(),
        factories.engineer(modules=[reports]),
        factories.engineer(modules=[factories.catalogue().module()]),
        factories.supervisor(),
        factories.editor(),
        factories.customer(),
    ]
    for person in people:
        served = set(person.modules.values_list("pk", flat=True))
        assert serves_in(person, ticket.module_id, served) == serves(person, ticket)


def test_claiming_from_the_queue_twice_is_one_claim(sign_in: SignIn) -> None:
    ticket, engineer = factories.ticket(), factories.engineer()
    client = sign_in(engineer)
    (key,) = re.findall(r'name="key"\s+value="([\w-]+)"', page(client))
    for _ in range(2):
        answer = client.post(f"/tickets/{ticket.number}/claim/", {"key": key})
        assert (answer.status_code, answer["Location"]) == (302, ticket.get_absolute_url())
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == (State.WORKING, engineer)
    assert ticket.events.count() == 2
    assert titles(page(client)) == []


def test_who_comes_too_late_is_told(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    client = sign_in(factories.engineer())
    (key,) = re.findall(r'name="key"\s+value="([\w-]+)"', page(client))
    workflow.claim(factories.engineer(), Ticket.objects.get(pk=ticket.pk))
    answer = client.post(f"/tickets/{ticket.number}/claim/", {"key": key})
    assert answer.status_code == 409
    assert "处理中" in answer.content.decode()


def test_customers_have_no_queue(sign_in: SignIn) -> None:
    assert sign_in(factories.customer()).get("/desk/tickets/").status_code == 403
    assert sign_in().get("/desk/tickets/").status_code == 302


def test_the_queue_costs_the_same_with_few_tickets_as_with_many(sign_in: SignIn) -> None:
    client, seen = sign_in(factories.engineer()), []
    for more in (3, 30):
        for _ in range(more):
            factories.ticket()
        page(client, state="")
        with CaptureQueriesContext(connection) as queries:
            page(client, state="")
        seen.append(len(queries))
    assert seen[0] == seen[1] <= 12
