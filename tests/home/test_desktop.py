"""The desktop, and the staff's start page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clouddesk.tickets.models import State, Urgency
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def page_of(browser: Client, address: str = "/") -> str:
    """The page's text."""
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=%2F"


def test_a_new_person_is_told_what_to_do(sign_in: SignIn) -> None:
    page = page_of(sign_in(factories.customer(real_name="欧阳建国")))
    assert "欧阳建国，您好" in page
    assert "还没有提过问题" in page
    assert 'href="/tickets/new/"' in page


def test_what_waits_for_the_asker_is_shown(sign_in: SignIn) -> None:
    asker = factories.customer()
    factories.ticket(asker, state=State.ANSWERED, title="等我确认的问题")
    factories.ticket(asker, state=State.NEEDS_INFO, title="等我补充的问题")
    factories.ticket(asker, state=State.WORKING, title="工程师正在看的问题")
    page = page_of(sign_in(asker))
    waiting = page[page.index("waiting-title") : page.index("news-title")]
    assert "等我确认的问题" in waiting
    assert "等我补充的问题" in waiting
    assert "工程师正在看的问题" not in waiting
    assert "有 2 个问题在等您处理" in page


def test_the_news_are_the_three_asked_last_of_each_kind(sign_in: SignIn) -> None:
    asker = factories.customer()
    for number in range(1, 5):
        factories.ticket(asker, title=f"未解决{number}")
        factories.ticket(asker, state=State.SOLVED, title=f"已解决{number}")
    page = page_of(sign_in(asker))
    news = page[page.index("news-title") :]
    assert "未解决1" not in news
    assert "已解决1" not in news
    order = ["未解决4", "未解决3", "未解决2", "已解决4", "已解决3", "已解决2"]
    assert sorted(order, key=news.index) == order


def test_nothing_of_others_is_on_it(sign_in: SignIn) -> None:
    employer = factories.company()
    factories.ticket(factories.customer(of=employer), state=State.ANSWERED, title="同事的问题")
    assert "同事的问题" not in page_of(sign_in(factories.customer(of=employer)))


def test_titles_are_shown_as_text(sign_in: SignIn) -> None:
    asker = factories.customer()
    factories.ticket(asker, title="<script>alert(1)</script>𠮷野家")
    page = page_of(sign_in(asker))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;𠮷野家" in page


def test_an_engineer_sees_what_waits_for_an_answer(sign_in: SignIn) -> None:
    engineer = factories.engineer()
    factories.ticket(state=State.WORKING, by=engineer, title="我受理的问题")
    factories.ticket(state=State.WORKING, title="别人受理的问题")
    for address in ("/", "/desk/"):
        page = page_of(sign_in(engineer), address)
        assert "我受理的问题" in page
        assert "别人受理的问题" not in page


def test_staff_see_what_nobody_has_taken_most_urgent_first(sign_in: SignIn) -> None:
    lists = factories.catalogue()
    engineer = factories.engineer(modules=[lists.module(lists.ps)])
    factories.ticket(title="不急的问题", urgency=Urgency.LOW)
    factories.ticket(title="很急的问题", urgency=Urgency.CRITICAL)
    factories.ticket(title="别的模块的问题", product=lists.gs)
    factories.ticket(title="有人受理的问题", state=State.WORKING)
    for address in ("/", "/desk/"):
        page = page_of(sign_in(engineer), address)
        unclaimed = page[page.index("unclaimed-title") :]
        assert unclaimed.index("很急的问题") < unclaimed.index("不急的问题")
        assert "别的模块的问题" not in page
        assert "有人受理的问题" not in unclaimed
    assert "别的模块的问题" in page_of(sign_in(factories.supervisor()))


def figures(page: str) -> list[str]:
    """The counts of the desk, in order."""
    return [piece.partition("<")[0] for piece in page.split('class="figure-count">')[1:]]


def test_the_desk_counts_an_engineers_modules_and_own_tickets(sign_in: SignIn) -> None:
    lists = factories.catalogue()
    mine = factories.engineer(modules=[lists.module(lists.ps)])
    factories.ticket()
    factories.ticket(product=lists.gs)
    factories.ticket(state=State.WORKING, by=mine)
    factories.ticket(state=State.ANSWERED)
    assert figures(page_of(sign_in(mine), "/desk/")) == ["1", "1", "0", "0"]
    assert figures(page_of(sign_in(factories.supervisor()), "/desk/")) == ["2", "1", "0", "1"]


def test_the_desk_counts_no_further_than_it_must(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clouddesk.home.desktop.COUNTED_TO", 2)
    monkeypatch.setattr("clouddesk.home.views.COUNTED_TO", 2)
    for _ in range(3):
        factories.ticket()
    assert figures(page_of(sign_in(factories.supervisor()), "/desk/"))[0] == "2 以上"


@pytest.mark.parametrize("address", ["/", "/desk/"])
def test_the_number_of_queries_does_not_grow_with_tickets(
    sign_in: SignIn, address: str, django_assert_max_num_queries: Callable[..., object]
) -> None:
    supervisor = factories.supervisor()
    for state in (State.WAITING, State.WORKING, State.SOLVED):
        factories.ticket(state=state, by=supervisor)
    browser = sign_in(supervisor)
    browser.get(address)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        browser.get(address)
