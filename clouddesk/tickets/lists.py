"""The four lists of 问题查询 (manual 4b): 我的问题, 热点问题, 已解决问题, 待解决问题."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access, access
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import Conditions, chips, conditions_of
from clouddesk.entries.listing import SORTS, names_for, order_of, page_of
from clouddesk.entries.models import Entry, EntryQuerySet, Shelf
from clouddesk.entries.searching import find
from clouddesk.tickets.models import HOT_COUNT, State

# A state's place in the life of a ticket, for sorting one's own questions by 是否解决.
PROGRESS = Case(*(When(ticket__state=state, then=Value(place)) for place, state in enumerate(State)))
OWN_SORTS = {**SORTS, "state": ("progress", "updated_at")}
MOST_READ = ["-reads", "-id"]
FIELDS = (
    "pk", "number", "title", "product", "module", "version", "reads", "favorites", "updated_at",
    "ticket__state", "ticket__private",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket as lists show it."""

    number: str
    title: str
    product: str
    module: str
    version: str
    reads: int
    favorites: int
    updated_at: datetime
    state: State
    private: bool


@dataclass(frozen=True)
class Column:
    """A column of the lists: the key that sorts it, its title, and whether the first click sorts downwards."""

    key: str
    title: Any
    downwards: bool = False


@dataclass(frozen=True)
class TicketList:
    """One of the lists. ``entries`` are those that belong to it, ``sort`` its own order, ``hint`` what it holds."""

    name: str
    title: Any
    icon: str
    hint: Any
    circle: Access
    entries: Callable[[Any, Conditions], EntryQuerySet]
    sort: str = "-updated"
    sorts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SORTS)


COLUMNS = (
    Column("title", _("标题")),
    Column("product", _("产品")),
    Column("version", _("版本")),
    Column("module", _("模块")),
    Column("reads", _("阅读次数"), downwards=True),
    Column("favorites", _("收藏次数"), downwards=True),
    Column("state", _("是否解决")),
    Column("updated", _("更新时间"), downwards=True),
)


def _mine(user: Any, conditions: Conditions) -> EntryQuerySet:
    mine: EntryQuerySet = Entry.objects.filter(owner=user).annotate(progress=PROGRESS)
    return mine


def _solved(user: Any, conditions: Conditions) -> EntryQuerySet:
    return Entry.objects.on_shelf(Shelf.SOLVED)


def _pending(user: Any, conditions: Conditions) -> EntryQuerySet:
    return Entry.objects.on_shelf(Shelf.PENDING)


def _hot(user: Any, conditions: Conditions) -> EntryQuerySet:
    """The thirty most read of those that match: the hot questions of one module are worth more than an empty list."""
    solved = Entry.objects.on_shelf(Shelf.SOLVED).filter(**conditions.tree)
    if conditions.q:
        keys = find(solved, conditions.q, MOST_READ, 0, HOT_COUNT, conditions.tree).ids
    else:
        keys = list(solved.order_by(*MOST_READ).values_list("pk", flat=True)[:HOT_COUNT])
    return Entry.objects.filter(pk__in=keys)


LISTS = (
    TicketList(
        name="mine",
        title=_("我的问题"),
        icon="user",
        hint=_("您提交的全部问题，包括不公开的。"),
        circle=Access.CUSTOMER,
        entries=_mine,
        sorts=OWN_SORTS,
    ),
    TicketList(
        name="hot",
        title=_("热点问题"),
        icon="flame",
        hint=_("符合条件的公开已解决问题中，阅读次数最多的 %(n)d 个。") % {"n": HOT_COUNT},
        circle=Access.MEMBER,
        entries=_hot,
        sort="-reads",
    ),
    TicketList(
        name="solved",
        title=_("已解决问题"),
        icon="circle-check",
        hint=_("全部公开的已解决问题。"),
        circle=Access.MEMBER,
        entries=_solved,
    ),
    TicketList(
        name="pending",
        title=_("待解决问题"),
        icon="hourglass",
        hint=_("全部公开的待解决问题。"),
        circle=Access.MEMBER,
        entries=_pending,
    ),
)


def view_of(shown: TicketList) -> Callable[..., HttpResponse]:
    """The page of a list."""

    @access(shown.circle)
    def view(request: HttpRequest) -> HttpResponse:
        conditions, form = conditions_of(request, shown.sorts)
        order = order_of(conditions.sort or shown.sort, shown.sorts)
        page = page_of(shown.entries(request.user, conditions), conditions, order)
        context = {
            "shown": shown,
            "lists": [each for each in LISTS if each.circle.admits(request.user)],
            "ask": Access.CUSTOMER.admits(request.user),
            "conditions": conditions,
            "form": form,
            "chips": chips(conditions),
            "tree": product_tree(),
            "page": page,
            "rows": _rows(request.user, page.keys),
            "columns": COLUMNS,
            "sorted_by": conditions.sort or shown.sort,
        }
        return render(request, "tickets/list.html", context)

    return view


def _rows(user: Any, keys: list[int]) -> list[Row]:
    """The rows of a page, in the order of ``keys``; only those that the person may see."""
    found = {row[0]: row for row in Entry.objects.visible_to(user).filter(pk__in=keys).values_list(*FIELDS)}
    listed = [found[key] for key in keys if key in found]
    names = names_for({row[3] for row in listed}, {row[4] for row in listed}, {row[5] for row in listed})
    return [
        Row(
            number, title, names.products[product], names.modules[module], names.versions[version],
            reads, favorites, updated_at, State(state), private,
        )
        for _, number, title, product, module, version, reads, favorites, updated_at, state, private in listed
    ]  # fmt: skip
