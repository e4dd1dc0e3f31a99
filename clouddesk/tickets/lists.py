"""The four lists of 问题查询 (manual 4b): 我的问题, 热点问题, 已解决问题, 待解决问题."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access, access
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import Conditions, chips, conditions_of
from clouddesk.entries.listing import PAGE_ROWS, SORTS, Page, first_of, order_of, page_of
from clouddesk.entries.models import Entry, Shelf
from clouddesk.tickets.models import HOT_COUNT, State
from clouddesk.tickets.rows import Row, rows_of

Read = Callable[[Any, Conditions, str], tuple[Page, list[Row]]]

MOST_READ = order_of("-reads")
# One's own questions can be sorted by 是否解决, too: by the state's place in the life of a ticket.
OWN_SORTS = {**SORTS, "state": ("progress", "updated_at")}
BY_PROGRESS = Entry.objects.annotate(
    progress=Case(*(When(ticket__state=state, then=Value(place)) for place, state in enumerate(State)))
)


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the lists: the key that sorts it, its title, and whether the first click sorts downwards."""

    key: str
    title: Any
    downwards: bool = False


@dataclass(frozen=True, eq=False)
class TicketList:
    """One of the lists. ``read`` reads a page of it, ``sort`` is its own order, ``hint`` says what it holds."""

    name: str
    title: Any
    icon: str
    hint: Any
    circle: Access
    read: Read
    sort: str = "-updated"
    sorts: Collection[str] = tuple(SORTS)


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


def _mine(user: Any, conditions: Conditions, sort: str) -> tuple[Page, list[Row]]:
    entries = BY_PROGRESS if sort.endswith("state") else None
    keys, page = page_of({"owner": user.pk}, conditions, order_of(sort, OWN_SORTS), entries)
    return page, rows_of(user, keys)


def _public(shelf: Shelf) -> Read:
    def read(user: Any, conditions: Conditions, sort: str) -> tuple[Page, list[Row]]:
        keys, page = page_of({"shelf": shelf}, conditions, order_of(sort))
        return page, rows_of(user, keys)

    return read


def _hot(user: Any, conditions: Conditions, sort: str) -> tuple[Page, list[Row]]:
    """The thirty most read of those that match: the hot questions of one module are worth more than an empty list."""
    rows = rows_of(user, first_of({"shelf": Shelf.SOLVED}, conditions, MOST_READ, HOT_COUNT))
    if sort != "-reads":
        rows.sort(key=attrgetter(sort.removeprefix("-")), reverse=sort.startswith("-"))
    start = (conditions.page - 1) * PAGE_ROWS
    page = Page(len(rows), more=False, number=conditions.page, has_next=len(rows) > start + PAGE_ROWS)
    return page, rows[start : start + PAGE_ROWS]


LISTS = (
    TicketList(
        name="mine",
        title=_("我的问题"),
        icon="user",
        hint=_("您提交的全部问题，包括不公开的。"),
        circle=Access.CUSTOMER,
        read=_mine,
        sorts=list(OWN_SORTS),
    ),
    TicketList(
        name="hot",
        title=_("热点问题"),
        icon="flame",
        hint=_("符合条件的公开已解决问题中，阅读次数最多的 %(n)d 个。") % {"n": HOT_COUNT},
        circle=Access.MEMBER,
        read=_hot,
        sort="-reads",
        sorts=[sort for sort in SORTS if sort in Row._fields],
    ),
    TicketList(
        name="solved",
        title=_("已解决问题"),
        icon="circle-check",
        hint=_("全部公开的已解决问题。"),
        circle=Access.MEMBER,
        read=_public(Shelf.SOLVED),
    ),
    TicketList(
        name="pending",
        title=_("待解决问题"),
        icon="hourglass",
        hint=_("全部公开的待解决问题。"),
        circle=Access.MEMBER,
        read=_public(Shelf.PENDING),
    ),
)


def view_of(shown: TicketList) -> Callable[..., HttpResponse]:
    """The page of a list."""

    @access(shown.circle)
    def view(request: HttpRequest) -> HttpResponse:
        conditions, form = conditions_of(request, shown.sorts)
        sort = conditions.sort or shown.sort
        page, rows = shown.read(request.user, conditions, sort)
        context = {
            "shown": shown,
            "lists": tuple(each for each in LISTS if each.circle.admits(request.user)),
            "ask": Access.CUSTOMER.admits(request.user),
            "conditions": conditions,
            "form": form,
            "chips": chips(conditions),
            "tree": product_tree(),
            "page": page,
            "rows": rows,
            "columns": COLUMNS,
            "sorted_by": sort,
        }
        return render(request, "tickets/list.html", context)

    return view
