"""What the load needs to know of a portal's data: ``python -m bench.inside``, called by bench.site, prints it as JSON.

It signs people in by making their sessions, and counts the queries of each page in this process.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import django

PAGES = (1, 1000)
PAGE_ROWS = 20
DETAILS = 200
# Words are taken at these places of the list of words by frequency.
RANKS = (0, 1, 2, 3, 5, 8, 13, 20, 35, 60, 100, 180, 300, 550, 1000, 1800, 3000, 5000)
TOGETHER = (("结账", "凭证"), ("公司", "数据"), ("数据库", "连接"), ("银行", "对账"), ("不能", "打印"))
KEYWORD_SORTS = ("-updated", "title")


@dataclass(frozen=True)
class Page:
    """A page of a list as somebody asks for it."""

    list: str
    who: str
    page: int
    sort: str
    node: str
    path: str
    queries: int


def main() -> None:
    """Print what there is."""
    django.setup()
    scene = Scene()
    json.dump(
        {
            "cookies": scene.cookies,
            "csrf_cookie": scene.csrf_cookie,
            "lists": [asdict(page) for page in scene.lists()],
            "details": [asdict(page) for page in scene.details()],
            "keywords": scene.keywords(),
            "question": scene.question(),
        },
        sys.stdout,
    )


class Scene:
    """The data of one portal, seen by three people: a customer, the busiest one, and a supervisor."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from clouddesk.accounts.models import User

        usual = User.objects.filter(roles=[]).order_by("pk")
        self.people = {
            "customer": usual[usual.count() // 2],
            "busiest": usual[0],
            "supervisor": User.objects.get(username="supervisor"),
        }
        self._clients = {name: Client(headers={"host": "127.0.0.1"}) for name in self.people}
        for name, client in self._clients.items():
            client.force_login(self.people[name])
        self.csrf_cookie = settings.CSRF_COOKIE_NAME
        session = settings.SESSION_COOKIE_NAME
        self.cookies = {name: f"{session}={self._clients[name].cookies[session].value}" for name in self.people}

    def lists(self) -> list[Page]:
        """Every list, sort, node of the tree and page that is measured; upwards only where nothing is chosen."""
        from clouddesk.entries.listing import SORTS

        self._clients["customer"].get("/tickets/solved/")  # what each process keeps is there from now on
        found = []
        for name, who, entries in self._sources():
            for node, filters in self._nodes(entries).items():
                last = max(1, -(-entries.filter(**filters).count() // PAGE_ROWS))
                sorts = [f"{sign}{sort}" for sort in SORTS for sign in (["-", ""] if node == "all" else ["-"])]
                for page in sorted({min(page, last) for page in PAGES}):
                    found += [self._page(name, who, page, sort, node, filters) for sort in sorts]
        found.append(self._page("hot", "customer", 1, "-reads", "all", {}))
        return [*found, *self._desk()]

    def _desk(self) -> list[Page]:
        from clouddesk.tickets.models import State, Ticket

        module = Ticket.objects.filter(state=State.WAITING).values_list("module", flat=True).first()
        chosen: dict[str, dict[str, Any]] = {
            "waiting": {},
            "all open": {"state": ""},
            "one module": {"state": "", "module": module},
        }
        return [
            Page("desk", "supervisor", page, "", node, path, self._queries("supervisor", path))
            for node, choice in chosen.items()
            for page in (1, 10)
            for path in [f"/desk/tickets/?{urlencode({**choice, 'page': page})}"]
        ]

    def _sources(self) -> list[tuple[str, str, Any]]:
        from clouddesk.entries.models import Entry, Shelf

        return [
            ("solved", "customer", Entry.objects.filter(shelf=Shelf.SOLVED)),
            ("pending", "customer", Entry.objects.filter(shelf=Shelf.PENDING)),
            ("mine", "busiest", Entry.objects.filter(owner=self.people["busiest"])),
        ]

    def _nodes(self, entries: Any) -> dict[str, dict[str, int]]:
        """One node of each kind: the fullest, so that the last page is as far away as it can be."""
        from django.db.models import Count

        fullest = (
            entries.order_by().values("product", "module", "version").annotate(n=Count("pk")).order_by("-n").first()
        )
        if fullest is None:
            return {"all": {}}
        kinds = {"all": "", "product": "product", "module": "product module", "version": "product version"}
        kinds["both"] = "product module version"
        return {kind: {name: fullest[name] for name in names.split()} for kind, names in kinds.items()}

    def _page(self, name: str, who: str, page: int, sort: str, node: str, filters: dict[str, int]) -> Page:
        path = f"/tickets/{name}/?{urlencode({**filters, 'sort': sort, 'page': page})}"
        return Page(name, who, page, sort, node, path, self._queries(who, path))

    def _queries(self, who: str, path: str) -> int:
        from django.db import connection

        count = 0

        def counted(execute: Any, *call: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*call)

        with connection.execute_wrapper(counted):
            answer = self._clients[who].get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}")
        return count

    def details(self) -> list[Page]:
        """Tickets spread over the years: others' solved ones as a customer sees them, open ones as staff does."""
        from clouddesk.entries.models import Entry, Shelf

        pages = []
        for name, who, shelf in (("detail", "customer", Shelf.SOLVED), ("desk detail", "supervisor", Shelf.PENDING)):
            numbers = list(Entry.objects.filter(shelf=shelf).order_by("pk").values_list("number", flat=True))
            paths = [f"/tickets/{number}/" for number in numbers[:: max(1, len(numbers) // DETAILS)]]
            queries = max((self._queries(who, path) for path in paths[-5:]), default=0)
            pages += [Page(name, who, 1, "", "", path, queries) for path in paths]
        return pages

    def keywords(self) -> list[dict[str, str]]:
        """Keywords from the most frequent to the rarest with the tree nodes under which they are looked for."""
        from django.db import connection

        from clouddesk.entries.models import Entry, Shelf

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word FROM ts_stat('SELECT words FROM entries_entry TABLESAMPLE SYSTEM (1) REPEATABLE (1)') "
                "WHERE word ~ '^[一-龥]{2,}$' ORDER BY ndoc DESC, word"
            )
            words = [word for (word,) in cursor.fetchall()]
            cursor.execute("SELECT number FROM entries_entry ORDER BY id DESC LIMIT 1")
            (number,) = cursor.fetchone()
        chosen = [words[rank] for rank in RANKS if rank < len(words)]
        chosen += [" ".join(pair) for pair in TOGETHER] + ["的", "凭", number, "查无此词"]
        nodes = self._nodes(Entry.objects.filter(shelf=Shelf.SOLVED))
        return [
            {
                "path": f"/tickets/solved/?{urlencode({'q': word, **filters, 'sort': sort})}",
                "plain": f"/tickets/solved/?{urlencode({**filters, 'sort': sort})}",
                "name": f"{word} ({node}, {sort})",
            }
            for word in chosen
            for node, filters in [*nodes.items(), ("excluding", self._excluding_node())]
            for sort in KEYWORD_SORTS
        ]

    def _excluding_node(self) -> dict[str, int]:
        """A module whose tickets hold few of the words that are frequent elsewhere."""
        from clouddesk.catalog.models import Module

        module = Module.objects.filter(name="系统管理").order_by("-product_id")[0]
        return {"product": module.product_id, "module": module.pk}

    def question(self) -> dict[str, Any]:
        """Field values of a ticket to submit."""
        from clouddesk.catalog.models import Module, ProblemKind, Version

        module = Module.objects.order_by("pk")[0]
        version = Version.objects.filter(product=module.product_id)[0]
        kind = ProblemKind.objects.order_by("pk")[0]
        return {"product": module.product_id, "module": module.pk, "version": version.pk, "kind": kind.pk}


if __name__ == "__main__":
    main()
