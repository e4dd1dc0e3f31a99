"""Who may call which address, as a table. Every route of the portal has a row here, and every row is tried with every
role, on everything that the role might be kept from (spec 1, quality: nobody in where they don't belong)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import reload
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path as route
from pytest_django import Settings

from clouddesk.access import Access, access, routes
from clouddesk.accounts.models import User
from clouddesk.catalog.workflow import save_logo
from clouddesk.notifications.workflow import tell
from clouddesk.tickets import workflow
from clouddesk.tickets.models import Event, State, Ticket
from tests import factories

# The roles. Everything that belongs to somebody belongs to "owner"; "colleague" works for the same company.
CUSTOMERS = {"owner", "colleague", "stranger", "vip", "vip_administrator"}
STAFF = {"consultant", "engineer", "editor", "supervisor"}
SIGNED_IN = CUSTOMERS | STAFF
EVERYBODY = SIGNED_IN | {"visitor"}
ENGINEERS = {"engineer", "supervisor"}  # a supervisor belongs to every circle of staff
SUPERVISORS = {"supervisor"}
OWNER = {"owner"}

GET, POST, DELETE = "GET", "POST", "DELETE"
SAYS = {"body": "请看附件"}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Row:
    """One address: who may call it, with which methods, on which things, and what is sent to it.

    ``on`` names things of the world, and who finds them stands there. Of those who find the thing, ``does`` can do what
    the address is for; the others are refused with words, and nothing happens.
    """

    callers: set[str]
    methods: tuple[str, ...] = (GET,)
    on: str = ""
    does: set[str] = field(default_factory=lambda: EVERYBODY)
    sends: dict[str, Any] = field(default_factory=dict)


ROUTES = {
    # the house
    "/": Row(SIGNED_IN),
    "/contact/": Row(EVERYBODY),
    "/search/": Row(SIGNED_IN),
    "/desk/": Row(STAFF),
    "/theme/": Row(EVERYBODY, (POST,)),
    "/robots.txt": Row(EVERYBODY),
    "/favicon.ico": Row(EVERYBODY),
    "/healthz": Row(EVERYBODY),
    "/readyz": Row(EVERYBODY),
    # people
    "/login/": Row(EVERYBODY, (GET, POST)),
    "/logout/": Row(EVERYBODY, (POST,)),
    "/register/": Row(EVERYBODY, (GET, POST)),
    "/terms/": Row(EVERYBODY),
    # the catalogue
    "/vendor/logo/": Row(EVERYBODY, on="logo"),
    "/desk/catalog/": Row(SUPERVISORS),
    "/desk/catalog/vendor/": Row(SUPERVISORS, (GET, POST)),
    "/desk/catalog/vendor/logo/": Row(SUPERVISORS, (POST,)),
    "/desk/catalog/<slug:slug>/new/": Row(SUPERVISORS, (GET, POST), on="list"),
    "/desk/catalog/<slug:slug>/<int:pk>/": Row(SUPERVISORS, (GET, POST), on="item"),
    "/desk/catalog/<slug:slug>/<int:pk>/move/": Row(SUPERVISORS, (POST,), on="item"),
    "/desk/catalog/<slug:slug>/<int:pk>/offer/": Row(SUPERVISORS, (POST,), on="item"),
    # files, drafts, messages
    "/files/": Row(SIGNED_IN, (POST,)),
    "/files/<uuid:upload_id>/": Row(SIGNED_IN, on="file"),
    "/drafts/<slug:form>/": Row(SIGNED_IN, (POST, DELETE), on="draft"),
    "/messages/": Row(SIGNED_IN),
    "/messages/read/": Row(SIGNED_IN, (POST,)),
    "/messages/<int:notice_id>/open/": Row(SIGNED_IN, (POST,), on="notice"),
    # tickets
    "/tickets/new/": Row(CUSTOMERS, (GET, POST)),
    "/tickets/similar/": Row(CUSTOMERS),
    "/tickets/mine/": Row(CUSTOMERS),
    "/tickets/hot/": Row(SIGNED_IN),
    "/tickets/solved/": Row(SIGNED_IN),
    "/tickets/pending/": Row(SIGNED_IN),
    "/desk/tickets/": Row(STAFF),
    "/tickets/<str:number>/": Row(SIGNED_IN, on="waiting"),
    "/tickets/<str:number>/claim/": Row(ENGINEERS, (POST,), on="waiting", does=ENGINEERS),
    "/tickets/<str:number>/ask-more/": Row(ENGINEERS, (POST,), on="working", does=ENGINEERS, sends=SAYS),
    "/tickets/<str:number>/answer/": Row(ENGINEERS, (POST,), on="working", does=ENGINEERS, sends=SAYS),
    "/tickets/<str:number>/note/": Row(STAFF, (POST,), on="working", does=STAFF, sends=SAYS),
    "/tickets/<str:number>/reply/": Row(CUSTOMERS, (POST,), on="needs_info", does=OWNER, sends=SAYS),
    "/tickets/<str:number>/confirm/": Row(CUSTOMERS, (POST,), on="answered", does=OWNER, sends={"rating": 5}),
    "/tickets/<str:number>/reopen/": Row(CUSTOMERS, (POST,), on="answered", does=OWNER, sends=SAYS),
    "/tickets/<str:number>/withdraw/": Row(CUSTOMERS, (POST,), on="waiting", does=OWNER),
}
LISTED = {listed["path"]: listed for listed in routes()}


@dataclass(frozen=True)
class Thing:
    """Something in an address, and who finds it; to everybody else it is as if it were ``missing``."""

    what: str
    address: dict[str, Any]
    finders: set[str]


ANYTHING = Thing("it", {}, EVERYBODY)  # stands for the thing of an address that names none
MISSING: dict[str, Any] = {
    "number": "WT20991231-999999",
    "upload_id": UUID(int=1),
    "notice_id": 999_999_999,
    "form": "nothing",
    "slug": "nothing",
    "pk": 999_999_999,
}


class World:
    """People of all roles, and the things of "owner"."""

    def __init__(self) -> None:
        employer = factories.company()
        self.people: dict[str, User] = {
            "owner": factories.customer(of=employer),
            "colleague": factories.customer(of=employer),
            "stranger": factories.customer(),
            "vip": factories.vip(),
            "vip_administrator": factories.vip(administrator=True),
            "consultant": factories.consultant(),
            "engineer": factories.engineer(),
            "editor": factories.editor(),
            "supervisor": factories.supervisor(),
        }

    @cached_property
    def owner(self) -> User:
        return self.people["owner"]

    def client(self, role: str, **options: Any) -> Client:
        client = Client(**options)
        if role != "visitor":
            client.force_login(self.people[role])
        return client

    def things(self, kind: str) -> Iterator[Thing]:
        """Every thing of this kind that somebody might be kept from."""
        if kind == "file":
            yield from self._files()
        elif kind == "notice":
            yield Thing("a message to the owner", {"notice_id": tell(self.owner, "有了答复", "/").pk}, OWNER)
        elif kind == "logo":
            save_logo(factories.picture().read())
            yield Thing("the vendor's logo", {}, EVERYBODY)
        elif kind == "list":
            yield Thing("a list", {"slug": "kinds"}, SIGNED_IN)
        elif kind == "item":
            yield Thing("a module", {"slug": "modules", "pk": factories.catalogue().module().pk}, SIGNED_IN)
        elif kind == "draft":
            yield Thing("one's own draft", {"form": "ticket"}, SIGNED_IN)
        elif kind:
            for private in (False, True):
                ticket = self._ticket(State(kind), private=private)
                what = "a private ticket" if private else "a public ticket"
                yield Thing(what, {"number": ticket.number}, OWNER | STAFF if private else SIGNED_IN)

    def _ticket(self, state: State, *, private: bool, **more: Any) -> Ticket:
        return factories.ticket(self.owner, state=state, private=private, by=self.people["engineer"], **more)

    def _files(self) -> Iterator[Thing]:
        unsent, public, private, noted = (factories.upload(self.owner) for _ in range(4))
        self._ticket(State.WAITING, private=False, uploads=[public])
        ticket = self._ticket(State.WAITING, private=True, uploads=[private])
        workflow.note(self.people["engineer"], ticket, "内部说明", [noted])
        yield Thing("a file that is not sent yet", {"upload_id": unsent.pk}, OWNER)
        yield Thing("a file of a public ticket", {"upload_id": public.pk}, SIGNED_IN)
        yield Thing("a file of a private ticket", {"upload_id": private.pk}, OWNER | STAFF)
        yield Thing("a file of an internal note", {"upload_id": noted.pk}, STAFF)


@pytest.fixture
def world(db: None) -> World:
    return World()


def address(template: str, values: dict[str, Any]) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda match: str(values[match[1]]), template)


def ask(client: Client, method: str, path: str, row: Row) -> Any:
    """The answer to a request whose traces are rolled back; ``response.happened`` says whether an event was left."""
    with transaction.atomic():
        before = Event.objects.count()
        response: Any = client.generic(method, path) if method == DELETE else _send(client, method, path, row)
        response.happened = Event.objects.count() > before
        b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response


def _send(client: Client, method: str, path: str, row: Row) -> Any:
    return getattr(client, method.lower())(path, row.sends)


def outcome(response: Any) -> str:
    """What an answer amounts to for the caller."""
    if response.status_code == 302 and response.headers["location"].startswith("/login/?next="):
        return "sign in"
    if response.status_code >= 500 or response.status_code == 405:
        return f"broken ({response.status_code})"
    return {403: "refused", 404: "missing"}.get(response.status_code, "in")


def face(response: Any, path: str) -> tuple[Any, ...]:
    """All that a caller can tell an answer by, but for the address asked for and what differs every time."""
    body = "" if response.streaming else response.content.decode()
    headers = [f"{name}: {text}" for name, text in sorted(response.headers.items()) if name != "Content-Length"]
    shown = "\n".join([body, *headers]).replace(path, "…").replace(quote(path, safe=""), "…")
    shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)
    return response.status_code, sorted(response.cookies), shown


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(set(LISTED) - set(ROUTES)) == [], "routes without a row: say who may call them"
    assert sorted(set(ROUTES) - set(LISTED)) == [], "rows without a route"


@pytest.mark.parametrize("path", sorted(ROUTES.keys() & LISTED.keys()))
class TestRoute:
    """One route in all respects."""

    def test_lets_in_who_may_call_it_and_nobody_else(self, path: str, world: World) -> None:
        row = ROUTES[path]
        wrong = []
        for thing in [*world.things(row.on)] or [ANYTHING]:
            for role in sorted(EVERYBODY):
                for method in row.methods:
                    response = ask(world.client(role), method, address(path, thing.address), row)
                    got = outcome(response)
                    if got != (expected := _expected(row, role, thing)):
                        wrong.append(f"{role} {method}s {thing.what}: {got}, not {expected}")
                    if response.happened and got != "in":
                        wrong.append(f"{role} {method}s {thing.what}: it happened nevertheless")
        assert wrong == []

    def test_hides_what_may_not_be_seen_like_what_is_not_there(self, path: str, world: World) -> None:
        row = ROUTES[path]
        different = []
        for thing in world.things(row.on):
            missing = {name: MISSING[name] for name in thing.address}
            for role in sorted(EVERYBODY - (thing.finders & row.callers)):
                client = world.client(role)
                for method in row.methods:
                    hidden, absent = (
                        face(ask(client, method, place, row), place)
                        for place in (address(path, thing.address), address(path, missing))
                    )
                    if hidden != absent:
                        different.append(f"{role} {method}s {thing.what}")
        assert different == []

    def test_takes_the_declared_methods_and_no_other(self, path: str, world: World) -> None:
        row = ROUTES[path]
        thing = next(world.things(row.on), ANYTHING)
        role = sorted(row.callers & thing.finders)[0]
        taken = set()
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            with transaction.atomic():
                response = world.client(role).generic(method, address(path, thing.address))
                transaction.set_rollback(True)
            if response.status_code != 405:
                taken.add(method)
            else:
                assert set(response.headers["allow"].split(", ")) == set(LISTED[path]["methods"])
                assert "这个地址不能直接打开" in response.content.decode() or method == "HEAD"
        assert taken == {*row.methods, *(["HEAD"] if GET in row.methods else [])}

    def test_takes_no_form_that_is_not_from_a_page_of_ours(self, path: str, world: World) -> None:
        row = ROUTES[path]
        thing = next(world.things(row.on), ANYTHING)
        for method in {POST, DELETE} & set(row.methods):
            for role in sorted(row.callers):
                client = world.client(role, enforce_csrf_checks=True)
                response: Any = ask(client, method, address(path, thing.address), row)
                assert response.status_code == 403, role
                assert not response.happened

    def test_sends_the_content_security_policy_with_every_answer(self, path: str, world: World) -> None:
        row = ROUTES[path]
        thing = next(world.things(row.on), ANYTHING)
        for role in ("visitor", "stranger", *sorted(row.callers & thing.finders)[:1]):
            for method in row.methods:
                response = ask(world.client(role), method, address(path, thing.address), row)
                policy = response.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe-" not in policy


def _expected(row: Row, role: str, thing: Thing) -> str:
    if role not in row.callers:
        return "sign in" if role == "visitor" else "refused"
    if role not in thing.finders:
        return "missing"
    return "in" if role in row.does else "refused"


# A portal with a page that forgot to say who may call it


def _page(request: Any) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    route("told/", access(Access.PUBLIC)(_page), name="told"),
    route("forgotten/", _page, name="forgotten"),
]


def test_a_route_without_a_declared_permission_stops_the_portal_from_starting(settings: Settings) -> None:
    from clouddesk.config import wsgi

    settings.ROOT_URLCONF = __name__
    with pytest.raises(ImproperlyConfigured, match="forgotten/"):
        reload(wsgi)


def test_the_declared_circle_is_the_one_of_the_table() -> None:
    """So that `clouddesk routes` tells an operator the truth."""
    circles: dict[str, set[str]] = {
        "public": EVERYBODY,
        "member": SIGNED_IN,
        "customer": CUSTOMERS,
        "staff": STAFF,
        "engineer": ENGINEERS,
        "consultant": {"consultant", "supervisor"},
        "editor": {"editor", "supervisor"},
        "supervisor": SUPERVISORS,
    }
    for path, row in ROUTES.items():
        if path in LISTED:
            assert circles[LISTED[path]["access"]] == row.callers, path
