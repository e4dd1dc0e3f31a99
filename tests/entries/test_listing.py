"""Listing against a naive list of the same entries: filters, keyword, every sort, pages, counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clouddesk.catalog import tree
from clouddesk.catalog.models import Module, Version
from clouddesk.entries import listing
from clouddesk.entries.conditions import Conditions
from clouddesk.entries.listing import PAGE_ROWS, SORTS, first_of, names_for, order_of, page_of
from clouddesk.entries.models import Entry, Shelf
from clouddesk.entries.words import document
from tests import factories

pytestmark = pytest.mark.django_db

SOLVED = {"shelf": Shelf.SOLVED}
NEWEST = order_of("-updated")
TITLES = ["月末结账提示断号", "报表取数公式不对", "凭证打印偏移", "工资计提分录"]


@pytest.fixture(autouse=True)
def lists() -> Iterator[factories.Catalogue]:
    made = factories.catalogue()
    tree.forget()
    yield made
    tree.forget()


def fill(count: int, **fields: Any) -> None:
    """Entries that differ in all that lists look at, in an order that none of the columns has."""
    modules, versions = list(Module.objects.all()), list(Version.objects.all())
    owners = [factories.customer() for _ in range(3)]
    now = timezone.now()
    entries = []
    for i in range(count):
        module = modules[i * 7 % len(modules)]
        own = [version for version in versions if version.product_id == module.product_id]
        title = TITLES[i * 5 % 4]
        usual = {
            "number": f"WT20261101-{i:06d}",
            "owner": owners[i % 3],
            "title": title,
            "product_id": module.product_id,
            "module": module,
            "version": own[i * 3 % len(own)],
            "shelf": [Shelf.SOLVED, Shelf.PENDING, Shelf.SOLVED, Shelf.HIDDEN][i % 4],
            "reads": i * 37 % 11,
            "favorites": i * 13 % 5,
            "created_at": now - timedelta(minutes=i * 17 % 101),
            "updated_at": now - timedelta(minutes=i * 29 % 53),
        }
        entries.append(Entry(**{**usual, **fields}))
    Entry.objects.bulk_create(entries)
    for title in TITLES:
        Entry.objects.filter(title=title).update(words=SearchVector(Value(document(title)), config="simple"))


def walk(place: dict[str, Any], conditions: Conditions, order: list[str]) -> list[int]:
    """The keys of all pages, one after the other."""
    keys: list[int] = []
    number = 1
    while True:
        on_page, page = page_of(place, Conditions(**{**vars(conditions), "page": number}), order)
        keys += on_page
        assert page.has_next is (len(on_page) == PAGE_ROWS and page.total > number * PAGE_ROWS)
        if not page.has_next:
            return keys
        number += 1


def naive(place: dict[str, Any], conditions: Conditions, sort: str) -> list[int]:
    def holds(entry: Entry) -> bool:
        if any(getattr(entry, "owner_id" if name == "owner" else name) != value for name, value in place.items()):
            return False
        if any(getattr(entry, f"{name}_id") != key for name, key in conditions.tree.items()):
            return False
        return conditions.q in entry.title

    columns = [*SORTS[sort.removeprefix("-")], "id"]
    entries = [entry for entry in Entry.objects.all() if holds(entry)]
    entries.sort(key=lambda entry: [getattr(entry, column) for column in columns], reverse=sort.startswith("-"))
    return [entry.pk for entry in entries]


def nodes(lists: factories.Catalogue) -> list[Conditions]:
    ps, module, version = lists.ps.pk, lists.module(lists.ps).pk, lists.version(lists.ps).pk
    other, gs = Module.objects.filter(product=lists.gs)[1].pk, lists.gs.pk
    return [
        Conditions(),
        Conditions(product=ps),
        Conditions(product=ps, module=module),
        Conditions(product=ps, version=version),
        Conditions(product=ps, module=module, version=version),
        Conditions(product=gs),
        Conditions(product=gs, module=other),
    ]


@pytest.mark.parametrize("sort", [f"{sign}{sort}" for sign, sort in product(("", "-"), SORTS)])
def test_every_sort_under_every_node_of_the_tree(lists: factories.Catalogue, sort: str) -> None:
    fill(130)
    owner = Entry.objects.values_list("owner", flat=True)[0]
    places: list[dict[str, Any]] = [SOLVED, {"shelf": Shelf.PENDING}, {"owner": owner}]
    for place, conditions in product(places, nodes(lists)):
        assert walk(place, conditions, order_of(sort)) == naive(place, conditions, sort)


@pytest.mark.parametrize("sort", ["-updated", "reads", "-title", "module", "-version"])
def test_a_keyword_together_with_the_tree(lists: factories.Catalogue, sort: str) -> None:
    fill(130)
    for conditions in nodes(lists):
        asked = Conditions(**{**vars(conditions), "q": "结账"})
        assert walk(SOLVED, asked, order_of(sort)) == naive(SOLVED, asked, sort)


def test_statements_that_stand_ready_take_other_values(lists: factories.Catalogue) -> None:
    """The same form of list with values that could be taken for one another."""
    fill(90)
    for module in Module.objects.all():
        asked = Conditions(product=module.product_id, module=module.pk)
        assert walk(SOLVED, asked, NEWEST) == naive(SOLVED, asked, "-updated")


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 40])
def test_counting(count: int) -> None:
    fill(count, shelf=Shelf.SOLVED)
    keys, page = page_of(SOLVED, Conditions(), NEWEST)
    assert len(keys) == min(count, PAGE_ROWS)
    assert (page.total, page.more, page.has_next) == (count, False, count > PAGE_ROWS)


def test_counting_ends_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNTED_TO", 50)
    fill(51, shelf=Shelf.SOLVED)
    _, page = page_of(SOLVED, Conditions(page=3), NEWEST)
    assert (page.total, page.more, page.has_next) == (50, True, False)
    Entry.objects.first().delete()  # type: ignore[union-attr]
    _, page = page_of(SOLVED, Conditions(), NEWEST)
    assert (page.total, page.more) == (50, False)


def test_a_page_beyond_the_end_is_empty_and_still_counts() -> None:
    fill(45, shelf=Shelf.SOLVED)
    keys, page = page_of(SOLVED, Conditions(page=40), NEWEST)
    assert keys == []
    assert (page.total, page.has_next) == (45, False)


def test_the_first_of_a_list_whatever_the_page() -> None:
    fill(90, shelf=Shelf.SOLVED)
    first = first_of(SOLVED, Conditions(page=3), order_of("-reads"), 30)
    assert first == naive(SOLVED, Conditions(), "-reads")[:30]


def test_a_page_costs_as_many_queries_with_few_rows_as_with_many() -> None:
    counts = []
    for more in (10, 200):
        Entry.objects.all().delete()
        fill(more, shelf=Shelf.SOLVED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(SOLVED, Conditions(), NEWEST)
        counts.append(len(queries))
    assert counts == [1, 1]


def test_names_of_what_is_no_longer_offered(lists: factories.Catalogue) -> None:
    gone = lists.module(lists.gs)
    Module.objects.filter(pk=gone.pk).update(active=False)
    tree.forget()
    names = names_for({lists.ps.pk}, {gone.pk, lists.module().pk}, {lists.version().pk})
    assert names.products[lists.ps.pk] == "PS标准产品"
    assert names.modules[gone.pk] == gone.name
