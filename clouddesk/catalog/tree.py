"""The product tree beside every list: products with their modules and versions, as plain values.

Each process keeps it for a few seconds: lists ask for it at every call, and it changes a few times a year. A process
that changes it shows the change at once, the others within ``SECONDS_KEPT``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from clouddesk.catalog.models import Module, Product, Version

SECONDS_KEPT = 30.0


@dataclass(frozen=True, slots=True)
class Leaf:
    """A module or a version."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A product, named as in tickets (PS标准产品), with what is offered of it, in the operator's order."""

    id: int
    code: str
    name: str
    modules: tuple[Leaf, ...]
    versions: tuple[Leaf, ...]


_kept: tuple[float, tuple[Branch, ...]] | None = None


def product_tree() -> tuple[Branch, ...]:
    """The products that are offered, with their modules and versions; three queries when nothing is kept."""
    global _kept
    now = time.monotonic()
    if _kept is not None and now < _kept[0]:
        return _kept[1]
    tree = _read()
    _kept = (now + SECONDS_KEPT, tree)
    return tree


def forget() -> None:
    """Drop what this process keeps, so that the next page shows what was just saved."""
    global _kept
    _kept = None


def _read() -> tuple[Branch, ...]:
    modules, versions = _leaves(Module), _leaves(Version)
    return tuple(
        Branch(product.pk, product.code, product.standard_name, tuple(modules[product.pk]), tuple(versions[product.pk]))
        for product in Product.objects.offered()
    )


def _leaves(model: type[Module] | type[Version]) -> dict[int, list[Leaf]]:
    leaves: dict[int, list[Leaf]] = defaultdict(list)
    for product, pk, name in model.objects.offered().values_list("product_id", "pk", "name"):
        leaves[product].append(Leaf(pk, name))
    return leaves
