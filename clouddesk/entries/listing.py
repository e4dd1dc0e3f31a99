"""One way of listing for every kind of entry: filtered by keyword and product tree, sorted by a column, paged.

A page costs the same at ten rows and at a million: its keys come from an index alone, the rows behind them are read
for these keys only, and rows are counted no further than anybody would read on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clouddesk.catalog.models import Module, Product, Version
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import Conditions
from clouddesk.entries.models import EntryQuerySet
from clouddesk.entries.searching import find

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
    """One page of a list: the keys of its entries in order, and how many there are in all.

    ``total`` is a lower bound when there are ``more``.
    """

    keys: list[int]
    total: int
    more: bool
    number: int
    has_next: bool

    @property
    def numbers(self) -> list[int]:
        """The page numbers to offer: the first, the last that is known, those around this one; 0 for a gap."""
        last = -(-self.total // PAGE_ROWS)
        if self.keys:  # a page beyond what was counted
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


def page_of(entries: EntryQuerySet, conditions: Conditions, order: list[str]) -> Page:
    """The page of ``entries`` that ``conditions`` ask for, sorted by ``order``."""
    start = (conditions.page - 1) * PAGE_ROWS
    narrowed = entries.filter(**conditions.tree)
    if conditions.q:
        found = find(narrowed, conditions.q, order, start, PAGE_ROWS, conditions.tree)
        has_next = found.total > start + PAGE_ROWS and conditions.page < conditions.last_page
        total, more = min(found.total, COUNTED_TO), found.more or found.total > COUNTED_TO
        return Page(found.ids, total, more, conditions.page, has_next)
    keys = list(narrowed.order_by(*order).values_list("pk", flat=True)[start : start + PAGE_ROWS + 1])
    total, more = _count(narrowed, start, len(keys))
    has_next = len(keys) > PAGE_ROWS and conditions.page < conditions.last_page
    return Page(keys[:PAGE_ROWS], total, more, conditions.page, has_next)


def _count(entries: EntryQuerySet, start: int, seen: int) -> tuple[int, bool]:
    """How many there are, up to COUNTED_TO; no query when the page itself tells."""
    if seen and start + seen > COUNTED_TO:
        return COUNTED_TO, True
    if seen <= PAGE_ROWS and (seen or not start):
        return start + seen, False
    counted = entries.order_by()[: COUNTED_TO + 1].count()
    return min(counted, COUNTED_TO), counted > COUNTED_TO


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
