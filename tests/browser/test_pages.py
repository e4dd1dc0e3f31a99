"""Every page, light and dark, wide and narrow: accessible, without anything that sticks out, within its policy.

The pages hold what is hard to lay out: the longest names and titles that the forms take, text without a space.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from clouddesk.access import routes
from clouddesk.accounts.models import User
from clouddesk.notifications.workflow import tell
from clouddesk.tickets import workflow
from clouddesk.tickets.models import State, Ticket, Urgency
from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
LONG_TITLE = "ZWPZK_2026_ACCOUNT_BALANCE_" * 3 + "月末结账凭证断号处理说明补充"
LONG_LINE = "select_zwkmzd_balance_from_period_" * 12
NO_PAGES = {
    "/favicon.ico",
    "/files/<uuid:upload_id>/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/tickets/similar/",
    "/vendor/logo/",
}


# Changing the scheme starts transitions with the next frame; contrast is asked for when they are over.
SETTLED = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""


class Place:
    """A portal in which there is something on every page."""

    @cached_property
    def owner(self) -> User:
        employer = factories.company("山东鲁海石油化工股份有限公司东营第二分公司财务共享服务中心总账核算组")
        return factories.customer(of=employer, real_name="阿卜杜热依木·买买提艾力·吐尔逊")

    @cached_property
    def colleague(self) -> User:
        return factories.customer(of=self.owner.company)

    @cached_property
    def engineer(self) -> User:
        return factories.engineer()

    @cached_property
    def supervisor(self) -> User:
        return factories.supervisor()

    visitor = None

    def ticket(self, state: State = State.WAITING, **fields: Any) -> Ticket:
        upload = factories.upload(self.owner, factories.picture(f"{'screen_shot_' * 8}结账.png", size=(640, 400)))
        told = {"title": LONG_TITLE, "description": f"{LONG_LINE}\n{'结账时提示断号。' * 40}", "uploads": [upload]}
        return factories.ticket(self.owner, state=state, by=self.engineer, **{**told, **fields})

    def detail(self, state: State = State.WAITING, **fields: Any) -> str:
        ticket = self.ticket(state, **fields)
        if state is not State.WITHDRAWN:
            workflow.note(self.engineer, ticket, LONG_LINE)
        return ticket.get_absolute_url()

    def filled(self, path: str) -> str:
        for urgency in Urgency:
            self.ticket(urgency=urgency)
        self.ticket(State.SOLVED)
        self.ticket(private=True)
        return path

    def messages(self) -> str:
        for number in range(25):
            tell(self.owner, f"您的问题“{LONG_TITLE}”有了答复（{number}）", "/")
        return "/messages/"

    def item(self) -> str:
        return f"/desk/catalog/modules/{factories.catalogue().module().pk}/"


@dataclass(frozen=True)
class Shown:
    """A page as ``reader`` finds it: the route that it shows, how to come there, and what to do on it first."""

    route: str
    reader: str
    path: Callable[[Place], str] | None = None
    then: Callable[[Page], None] | None = None


def send_empty(page: Page) -> None:
    """Send the page's own form with nothing in it."""
    page.locator("main form[method=post]:has(button[type=submit])").first.evaluate("form => form.submit()")
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()


def open_menu(page: Page) -> None:
    page.locator(".masthead-person summary").click()


def open_panels(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")


def open_tree(page: Page) -> None:
    """At a narrow width the product tree lies over the page."""
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name="产品树").click()
    expect(page.get_by_role("navigation", name="产品树")).to_be_visible()


DETAIL = "/tickets/<str:number>/"
PAGES = {
    "desktop": Shown("/", "owner", lambda place: place.filled("/")),
    "desktop of a newcomer": Shown("/", "colleague"),
    "desktop of staff": Shown("/", "engineer", lambda place: place.filled("/")),
    "menu of the person": Shown("/", "owner", then=open_menu),
    "contact": Shown("/contact/", "owner"),
    "contact for a visitor": Shown("/contact/", "visitor"),
    "search": Shown("/search/", "owner", lambda place: place.filled("/search/?q=ZWPZK")),
    "search without a hit": Shown("/search/", "owner", lambda place: "/search/?q=没有这样的问题"),
    "desk": Shown("/desk/", "supervisor", lambda place: place.filled("/desk/")),
    "sign-in": Shown("/login/", "visitor"),
    "sign-in with faults": Shown("/login/", "visitor", then=send_empty),
    "registration": Shown("/register/", "visitor"),
    "registration with faults": Shown("/register/", "visitor", then=send_empty),
    "terms": Shown("/terms/", "visitor"),
    "catalogue": Shown("/desk/catalog/", "supervisor"),
    "vendor": Shown("/desk/catalog/vendor/", "supervisor"),
    "new entry": Shown("/desk/catalog/<slug:slug>/new/", "supervisor", lambda place: "/desk/catalog/products/new/"),
    "entry with faults": Shown(
        "/desk/catalog/<slug:slug>/new/", "supervisor", lambda place: "/desk/catalog/products/new/", send_empty
    ),
    "entry": Shown("/desk/catalog/<slug:slug>/<int:pk>/", "supervisor", Place.item),
    "messages": Shown("/messages/", "owner", Place.messages),
    "no messages": Shown("/messages/", "colleague"),
    "asking": Shown("/tickets/new/", "owner"),
    "asking with faults": Shown("/tickets/new/", "owner", then=send_empty),
    "my questions": Shown("/tickets/mine/", "owner", lambda place: place.filled("/tickets/mine/?q=ZWPZK&sort=title")),
    "none of mine": Shown("/tickets/mine/", "colleague"),
    "hot": Shown("/tickets/hot/", "colleague", lambda place: place.filled("/tickets/hot/")),
    "solved": Shown("/tickets/solved/", "engineer", lambda place: place.filled("/tickets/solved/")),
    "pending": Shown("/tickets/pending/", "colleague", lambda place: place.filled("/tickets/pending/")),
    "product tree": Shown("/tickets/pending/", "colleague", lambda place: place.filled("/tickets/pending/"), open_tree),
    "queue": Shown("/desk/tickets/", "engineer", lambda place: place.filled("/desk/tickets/")),
    "empty queue": Shown("/desk/tickets/", "supervisor", lambda place: "/desk/tickets/?mine=on"),
    **{
        f"my question: {state.label}": Shown(DETAIL, "owner", lambda place, at=state: place.detail(at), open_panels)  # type: ignore[misc]
        for state in State
    },
    "my private question": Shown(DETAIL, "owner", lambda place: place.detail(private=True)),
    "a colleague's question": Shown(DETAIL, "colleague", lambda place: place.detail(State.SOLVED)),
    "question to claim": Shown(DETAIL, "engineer", Place.detail, open_panels),
    "question to answer": Shown(DETAIL, "engineer", lambda place: place.detail(State.WORKING), open_panels),
    "answer with faults": Shown(DETAIL, "engineer", lambda place: place.detail(State.WORKING), send_empty),
}
FAULTS = {
    400: ("colleague", "/contact/?q=%00"),
    403: ("colleague", "/desk/"),
    404: ("visitor", "/nowhere/"),
    405: ("visitor", "/theme/"),
}


def faults_of(page: Page) -> list[str]:
    """What is wrong with a page as it stands."""
    found = [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']} ({len(one['nodes'])} in all)"
        for one in Axe().run(page).response["violations"]
    ]
    width = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    if width[0] > width[1]:
        out = page.evaluate(
            """[...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
                .map((one) => one.tagName + "." + one.className).slice(0, 8)"""
        )
        found.append(f"{width[0]} pixels wide, {width[1]} shown: {out}")
    return found


def examine(page: Page) -> None:
    """Look at a page in two widths and two colour schemes."""
    wrong = {}
    first = NARROW if page.viewport_size == NARROW else WIDE
    for size, scheme in ((first, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(SETTLED)
        if found := faults_of(page):
            wrong[f"{size['width']} pixels, {scheme}"] = found
    assert wrong == {}


@pytest.mark.parametrize("name", PAGES)
def test_page(visit: Visit, name: str) -> None:
    shown, place = PAGES[name], Place()
    factories.catalogue()
    path = shown.path(place) if shown.path else shown.route
    page = visit(getattr(place, shown.reader), viewport=WIDE)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    if shown.then:
        shown.then(page)
    assert re.fullmatch(r".+ · .+", page.title())
    examine(page)


@pytest.mark.parametrize("status", FAULTS)
def test_error_page(visit: Visit, status: int) -> None:
    reader, path = FAULTS[status]
    page = visit(getattr(Place(), reader), viewport=WIDE)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    examine(page)


def test_every_page_is_looked_at() -> None:
    pages = {route["path"] for route in routes() if "GET" in route["methods"]} - NO_PAGES
    assert sorted(pages - {shown.route for shown in PAGES.values()}) == []
