"""A private question is for its asker and the staff; a stranger finds no trace of it, wherever they look."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clouddesk.tickets.models import State
from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "资金池内部账户余额不符"


def text_of(page: Page, path: str) -> str:
    page.goto(path)
    return page.locator("html").inner_html()


@pytest.mark.parametrize("state", [State.WAITING, State.SOLVED])
def test_a_stranger_and_a_colleague_find_no_trace_of_a_private_question(visit: Visit, state: State) -> None:
    employer = factories.company()
    owner = factories.customer(of=employer)
    upload = factories.upload(owner, factories.picture("余额.png"))
    ticket = factories.ticket(owner, title=SECRET, private=True, state=state, uploads=[upload])
    public = factories.ticket(owner, title="资金池账户对账说明", state=state)
    places = [
        *(reverse(f"tickets:{name}") for name in ("mine", "hot", "solved", "pending")),
        *(f"{reverse(f'tickets:{name}')}?q=资金池" for name in ("mine", "hot", "solved", "pending")),
        f"{reverse('home:search')}?q=资金池",
        f"{reverse('home:search')}?q={ticket.number}",
        f"{reverse('tickets:similar')}?title={SECRET}",
        reverse("home:desktop"),
    ]
    for reader in (factories.customer(), factories.customer(of=employer)):
        page = visit(reader)
        seen = [text_of(page, place) for place in places]
        assert not any(SECRET in text or f"/tickets/{ticket.number}/" in text for text in seen)
        # So that the search is known to work for what may be found.
        assert sum(public.title in text for text in seen) >= 3
        answer = page.goto(ticket.get_absolute_url())
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", name="没有找到这个页面")).to_be_visible()
        assert page.request.get(reverse("files:detail", args=[upload.pk])).status == 404


def test_its_asker_and_the_staff_find_it(visit: Visit) -> None:
    owner = factories.customer()
    upload = factories.upload(owner)
    ticket = factories.ticket(owner, title=SECRET, private=True, uploads=[upload])
    for reader, place in ((owner, reverse("tickets:mine")), (factories.engineer(), reverse("tickets:desk"))):
        page = visit(reader, place)
        page.get_by_role("link", name=SECRET).first.click()
        expect(page.get_by_role("heading", name=SECRET)).to_be_visible()
        assert page.request.get(reverse("files:detail", args=[upload.pk])).status == 200
        assert page.url.endswith(ticket.get_absolute_url())
