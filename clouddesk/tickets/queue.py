"""The open tickets, as the staff's queue reads them: from indexes that hold what is open and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Value, When
from django.utils.translation import get_language

from clouddesk.accounts.models import Role, User
from clouddesk.entries.listing import PAGE_ROWS, Names, names_for
from clouddesk.entries.models import EntryQuerySet
from clouddesk.entries.searching import find
from clouddesk.statements import fetch, fetch_planned, sql_of
from clouddesk.submissions.workflow import key_of
from clouddesk.tickets.models import OPEN_STATES, State, Ticket, Urgency
from clouddesk.tickets.rules import serves_in

SERVED = "served"  # stands for all modules that the person serves
ORDER = ("urgency", "id")
# Staff see all tickets, private ones too. The words stand as in the condition of the index.
COUNTS = """
    SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE assignee_id = %s), count(*)
    FROM tickets_ticket WHERE state IN ('waiting', 'working', 'needs_info', 'answered')
"""
FIELDS = (
    "pk", "number", "title", "product", "module", "version", "urgency", "state", "private", "created_at",
    "company__name", "owner__real_name", "owner__roles", "owner__staff_number",
    "assignee", "assignee__real_name", "assignee__roles", "assignee__staff_number",
)  # fmt: skip


class Wanted(NamedTuple):
    """What the queue shows; what is empty is not asked for. ``module`` is a key or SERVED."""

    state: str
    module: str
    urgency: str
    mine: bool
    q: str
    page: int


class QueueRow(NamedTuple):
    """An open ticket as the queue shows it. ``served`` is whether the person serves its module; ``key`` claims it."""

    number: str
    title: str
    product: str
    module: str
    version: str
    urgency: int
    urgency_label: str
    owner: str
    company: str
    state: str
    state_label: str
    private: bool
    created_at: datetime
    assignee: str
    served: bool
    key: UUID | None


def counts(user: Any) -> tuple[int, int, int]:
    """How many tickets wait for somebody to claim them, are the person's own, and are open at all."""
    ((waiting, mine, everything),) = fetch(COUNTS, [user.pk])
    return waiting, mine, everything


def served_by(user: Any) -> tuple[int, ...]:
    """The keys of the modules that the person serves."""
    sql, values = sql_of("served", [user.pk], lambda: user.modules.order_by("pk").values("pk"))
    return tuple(key for (key,) in fetch(sql, values))


def page_of_queue(user: Any, wanted: Wanted, served: Sequence[int]) -> tuple[list[QueueRow], bool]:
    """The rows of a page, and whether another follows. Those of the modules ``served`` (keys in order) come first."""
    start = (wanted.page - 1) * PAGE_ROWS
    keys = _keys(user, wanted, served, start)
    return _rows(user, keys[:PAGE_ROWS], served), len(keys) > PAGE_ROWS


def _keys(user: Any, wanted: Wanted, served: Sequence[int], start: int) -> list[int]:
    states = [wanted.state] if wanted.state else list(OPEN_STATES)
    values: list[Any] = [*states]
    tickets = Ticket.objects.visible_to(user).filter(state__in=states)
    if wanted.mine:
        tickets = tickets.filter(assignee=user.pk)
        values.append(user.pk)
    if wanted.urgency:
        tickets = tickets.filter(urgency=wanted.urgency)
        values.append(int(wanted.urgency))
    if wanted.module:
        modules = served if wanted.module == SERVED else [int(wanted.module)]
        tickets = tickets.filter(module__in=modules)
        values += modules
    order = list(ORDER)
    if served and not wanted.module:
        tickets, order = _served_first(tickets, served), ["elsewhere", *order]
        values += [*served, 0, 1]
    if wanted.q:
        return find(tickets, wanted.q, order, start, PAGE_ROWS + 1).ids
    if wanted.module == SERVED and not served:
        return []
    form = ("queue", user.is_staff_member, *(bool(part) for part in wanted[:4]), len(served), wanted.module == SERVED)
    sql, parameters = sql_of(form, values, lambda: tickets.order_by(*order).values("pk"))
    return [key for (key,) in fetch_planned(f"{sql} LIMIT {PAGE_ROWS + 1} OFFSET %s", [*parameters, start])]


def _served_first(tickets: EntryQuerySet, served: Sequence[int]) -> EntryQuerySet:
    elsewhere = Case(When(module__in=served, then=Value(0)), default=Value(1))
    annotated: EntryQuerySet = tickets.annotate(elsewhere=elsewhere)
    return annotated


def _rows(user: Any, keys: Sequence[int], served: Sequence[int]) -> list[QueueRow]:
    if not keys:
        return []
    found = fetch(
        *sql_of(
            ("queue rows", user.is_staff_member, len(keys)),
            keys,
            lambda: Ticket.objects.visible_to(user).filter(pk__in=keys).values_list(*FIELDS),
        )
    )
    rows = {row[0]: row for row in found}
    listed = [rows[key] for key in keys if key in rows]
    names = names_for({row[3] for row in listed}, {row[4] for row in listed}, {row[5] for row in listed})
    return [_row(user, row, names, served) for row in listed]


def _row(user: Any, values: tuple[Any, ...], names: Names, served: Sequence[int]) -> QueueRow:
    (
        pk, number, title, product, module, version, urgency, state, private, created_at, company,
        owner_name, owner_roles, owner_number, assignee, assignee_name, assignee_roles, assignee_number,
    ) = values  # fmt: skip
    labels = _labels(get_language())
    return QueueRow(
        number=number,
        title=title,
        product=names.products[product],
        module=names.modules[module],
        version=names.versions[version],
        urgency=urgency,
        urgency_label=labels[urgency],
        owner=_named(owner_name, owner_roles, owner_number),
        company=company or "",
        state=state,
        state_label=labels[state],
        private=private,
        created_at=created_at,
        assignee=_named(assignee_name, assignee_roles, assignee_number) if assignee else "",
        served=module in served,
        key=claim_key(user, pk) if state == State.WAITING and serves_in(user, module, served) else None,
    )


def claim_key(user: Any, ticket: int) -> UUID:
    """The key of the claim of a ticket from the queue: however often it is sent, it is one claim."""
    return key_of(user, "claim", ticket, "from the queue")


# Names are for staff alone here, to whom everybody is named in the same way.
_VIEWER = User(roles=[Role.CONSULTANT], staff_number="")


def _named(real_name: str, roles: list[str], staff_number: str | None) -> str:
    return _name(get_language(), real_name, tuple(roles), staff_number)


@lru_cache(maxsize=4096)
def _name(language: str | None, real_name: str, roles: tuple[str, ...], staff_number: str | None) -> str:
    return User(real_name=real_name, roles=list(roles), staff_number=staff_number).name_for(_VIEWER)


@lru_cache(maxsize=64)
def _labels(language: str | None) -> dict[str | int, str]:
    """The words of states and urgencies."""
    return {choice.value: str(choice.label) for choice in (*State, *Urgency)}
