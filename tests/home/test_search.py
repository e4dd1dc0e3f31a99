"""The search over everything that one may read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clouddesk.tickets.models import State
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def searched(browser: Client, query: str, **more: str | int) -> str:
    """The page of hits."""
    response = browser.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/search/", {"q": "结账"}).status_code == 302


def test_it_finds_public_questions_and_ones_own(sign_in: SignIn) -> None:
    asker = factories.customer()
    public = factories.ticket(title="固定资产折旧重复计提")
    own = factories.ticket(asker, private=True, title="折旧方法变更以后怎么计提")
    factories.ticket(title="预算执行数不对")
    page = searched(sign_in(asker), "折旧")
    assert public.get_absolute_url() in page
    assert own.get_absolute_url() in page
    assert "找到 2 条" in page


def test_private_questions_of_others_leave_no_trace(sign_in: SignIn) -> None:
    employer = factories.company()
    hidden = factories.ticket(factories.customer(of=employer), private=True, title="折旧怎么计提")
    for query in ("折旧", hidden.number):
        page = searched(sign_in(factories.customer(of=employer)), query)
        assert "没有找到" in page
        assert hidden.get_absolute_url() not in page


def test_staff_find_private_and_withdrawn_ones(sign_in: SignIn) -> None:
    factories.ticket(private=True, title="折旧怎么计提")
    factories.ticket(state=State.WITHDRAWN, title="折旧写错了")
    assert "找到 2 条" in searched(sign_in(factories.engineer()), "折旧")


def test_the_newest_come_first_and_the_rest_on_the_next_page(sign_in: SignIn) -> None:
    made = [factories.ticket(title=f"折旧问题{number:02}号") for number in range(22)]
    browser = sign_in(factories.customer())
    first, second = searched(browser, "折旧"), searched(browser, "折旧", page=2)
    assert first.index(made[21].number) < first.index(made[20].number)
    assert made[1].number not in first
    assert made[1].number in second
    assert "page=2" in first
    assert "page=3" not in second


def test_what_was_searched_stays_and_is_shown_as_text(sign_in: SignIn) -> None:
    page = searched(sign_in(factories.customer()), '"><b>折旧')
    assert "<b>折旧" not in page
    assert 'value="&#34;&gt;&lt;b&gt;折旧"' in page


@pytest.mark.parametrize("query", ["，。！", "'; --", "a & | ! ( ) : *", "\u202e\u202d", "𠮷𠮷", "\ud83d", "%"])
def test_odd_searches_find_nothing_and_break_nothing(sign_in: SignIn, query: str) -> None:
    page = searched(sign_in(factories.customer()), query.encode("utf-8", "replace").decode())
    assert "没有找到" in page


def test_too_long_a_search_is_refused_beside_the_field(sign_in: SignIn) -> None:
    page = searched(sign_in(factories.customer()), "账" * 101)
    assert 'id="id_q_error"' in page
    assert "账" * 101 in page


@pytest.mark.parametrize("page", ["0", "-1", "51", "x", "99999999999999999999"])
def test_an_impossible_page_is_the_first(sign_in: SignIn, page: str) -> None:
    factories.ticket(title="折旧怎么计提")
    assert "找到 1 条" in searched(sign_in(factories.customer()), "折旧", page=page)


def test_the_number_of_queries_does_not_grow_with_hits(
    sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(5):
        factories.ticket(title="折旧怎么计提")
    browser = sign_in(factories.customer())
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        searched(browser, "折旧")
