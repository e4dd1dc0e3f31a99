"""One way of listing for every kind of entry: filtered by keyword and product tree, sorted by a column, paged.

A page costs the same at ten rows and at a million: its keys come from an index alone, the rows behind them are read
for these keys only, and rows are counted no further than anybody would read on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clouddesk.catalog.models import Module, Product, Version
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import Conditions
from clouddesk.entries.models import Entry, EntryQuerySet
from clouddesk.entries.searching import find
from clouddesk.statements import fetch, sql_of

PAGE_ROWS = 20
COUNTED_TO = 1_000
PAGES_BESIDE = 2

# What a list can be sorted by, and the columns behind it: those that an index keeps in order (entries/models.py), and
# therefore all in the same direction.
SORTS: dict[str, tuple[str, ...]] = {
    "updated": ("updated_at",),
    "created": ("created_at",),
    "reads": ("reads",),
    "favorites": ("favorites",),
    "title": ("title",),
    "product": ("product_id", "updated_at"),
    "module": ("module_id", "updated_at"),
    "version": ("version_id", "updated_at"),
}


@dataclass(frozen=True)
class Page:
    """Which page of a list is shown, and how many entries it has in all: at least ``total`` when there are ``more``."""

    total: int
    more: bool
    number: int
    has_next: bool

    @property
    def numbers(self) -> list[int]:
        """The page numbers to offer: the first, the last that is known, those around this one; 0 for a gap."""
        last = -(-self.total // PAGE_ROWS)
        if self.more:  # it may lie beyond what was counted
            last = max(last, self.number + self.has_next)
        shown = {1, last, *range(self.number - PAGES_BESIDE, self.number + PAGES_BESIDE + 1)}
        numbers: list[int] = []
        for number in sorted(number for number in shown if 1 <= number <= last):
            if numbers and number > numbers[-1] + 1:
                numbers.append(0)
            numbers.append(number)
        return numbers


def order_of(sort: str, sorts: Mapping[str, tuple[str, ...]] = SORTS) -> list[str]:
    """The columns of a sort such as ``-updated``; entries that are equal in them come in a fixed order, too."""
    down = "-" if sort.startswith("-") else ""
    return [f"{down}{column}" for column in (*sorts[sort.removeprefix("-")], "id")]


def page_of(
    place: Mapping[str, int], conditions: Conditions, order: Sequence[str], entries: EntryQuerySet | None = None
) -> tuple[list[int], Page]:
    """The page that ``conditions`` ask for of the list at ``place`` (its shelf, or its owner), sorted by ``order``.

    Returns the keys of its entries in order, too. ``entries`` are all, with what ``order`` needs beside their columns.
    """
    start = (conditions.page - 1) * PAGE_ROWS
    keys, total, more = _find(place, conditions, order, slice(start, start + PAGE_ROWS + 1), entries)
    has_next = len(keys) > PAGE_ROWS and conditions.page < conditions.last_page
    return keys[:PAGE_ROWS], Page(total, more, conditions.page, has_next)


def first_of(place: Mapping[str, int], conditions: Conditions, order: Sequence[str], count: int) -> list[int]:
    """The keys of the first ``count`` entries of the list at ``place``, whatever page ``conditions`` ask for."""
    keys, _, _ = _find(place, conditions, order, slice(0, count))
    return keys


def _find(
    place: Mapping[str, int],
    conditions: Conditions,
    order: Sequence[str],
    wanted: slice,
    entries: EntryQuerySet | None = None,
) -> tuple[list[int], int, bool]:
    """The keys at ``wanted``, how many there are in all up to COUNTED_TO, and whether there are more."""
    entries = Entry.objects.all() if entries is None else entries
    filters = dict(sorted({**place, **conditions.tree}.items()))  # the order in which Django writes them
    if conditions.q:
        matching = entries.filter(**filters)
        found = find(matching, conditions.q, order, wanted.start, wanted.stop - wanted.start, conditions.tree)
        return found.ids, min(found.total, COUNTED_TO), found.more or found.total > COUNTED_TO
    keys, counted = _keys_and_count(entries, filters, order, wanted)
    return keys, min(counted, COUNTED_TO), counted > COUNTED_TO


def _keys_and_count(
    entries: EntryQuerySet, filters: Mapping[str, int], order: Sequence[str], wanted: slice
) -> tuple[list[int], int]:
    form, values = tuple(filters), list(filters.values())
    keys, keys_values = sql_of((form, *order), values, lambda: entries.filter(**filters).order_by(*order).values("id"))
    every, every_values = sql_of(form, values, lambda: Entry.objects.filter(**filters).order_by().values("id"))
    ((found, counted),) = fetch(
        f"SELECT ARRAY({keys} LIMIT {wanted.stop - wanted.start} OFFSET %s), "  # noqa: S608 (put together from what Django wrote)
        f"(SELECT count(*) FROM ({every} LIMIT {COUNTED_TO + 1}) AS counted)",
        [*keys_values, wanted.start, *every_values],
    )
    return found, counted


@dataclass(frozen=True)
class Names:
    """The names of products, modules and versions by their keys."""

    products: dict[int, str]
    modules: dict[int, str]
    versions: dict[int, str]


def names_for(products: set[int], modules: set[int], versions: set[int]) -> Names:
    """Names for the rows of a page. What is offered is known already; a query is made only for what no longer is."""
    tree = product_tree()
    names = Names(
        {branch.id: branch.name for branch in tree},
        {leaf.id: leaf.name for branch in tree for leaf in branch.modules},
        {leaf.id: leaf.name for branch in tree for leaf in branch.versions},
    )
    if missing := products - names.products.keys():
        names.products.update(Product.objects.filter(pk__in=missing).values_list("pk", "standard_name"))
    if missing := modules - names.modules.keys():
        names.modules.update(Module.objects.filter(pk__in=missing).values_list("pk", "name"))
    if missing := versions - names.versions.keys():
        names.versions.update(Version.objects.filter(pk__in=missing).values_list("pk", "name"))
    return names
