"""Tickets as the rows of a list: plain values, read for the keys of one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from clouddesk.entries.listing import names_for
from clouddesk.entries.models import Entry, Shelf
from clouddesk.statements import fetch, sql_of
from clouddesk.tickets.models import State

FIELDS = (
    "pk", "number", "title", "product", "module", "version", "reads", "favorites", "updated_at",
    "ticket__state", "ticket__private",
)  # fmt: skip


class Row(NamedTuple):
    """A ticket as lists show it; ``label`` is its state in words."""

    number: str
    title: str
    product: str
    module: str
    version: str
    reads: int
    favorites: int
    updated: datetime
    state: str
    label: str
    private: bool


def rows_of(user: Any, keys: Sequence[int]) -> list[Row]:
    """The rows of the tickets with these keys, in their order; only those that ``user`` may see."""
    if not keys:
        return []
    # The parameters that visible_to has, for it is the same statement for everybody of a kind.
    rule = [] if user.is_staff_member else [Shelf.HIDDEN, user.pk]
    form = ("ticket rows", user.is_staff_member, len(keys))
    found = fetch(
        *sql_of(form, [*rule, *keys], lambda: Entry.objects.visible_to(user).filter(pk__in=keys).values_list(*FIELDS))
    )
    rows = {row[0]: row for row in found}
    listed = [rows[key] for key in keys if key in rows]
    names = names_for({row[3] for row in listed}, {row[4] for row in listed}, {row[5] for row in listed})
    labels = {state.value: str(state.label) for state in State}
    return [
        Row(
            number, title, names.products[product], names.modules[module], names.versions[version],
            reads, favorites, updated, state, labels[state], private,
        )
        for _, number, title, product, module, version, reads, favorites, updated, state, private in listed
    ]  # fmt: skip
