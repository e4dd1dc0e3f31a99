"""工单处理: the staff's queue of open tickets, by module and urgency, from which they claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django import forms
from django.db.models import Case, Count, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access, access
from clouddesk.accounts.models import Role
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import LONGEST_QUERY
from clouddesk.entries.listing import PAGE_ROWS
from clouddesk.entries.models import EntryQuerySet
from clouddesk.entries.searching import find
from clouddesk.submissions.workflow import KEYS
from clouddesk.tickets.models import OPEN_STATES, State, Ticket, Urgency

SERVED = "served"  # the choice of all modules that the person serves
LAST_PAGE = 500
ORDER = ("urgency", "id")


class QueueForm(forms.Form):
    """What the queue shows. What is not a choice counts as not given."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部未结")), *((s.value, s.label) for s in OPEN_STATES)]
    )
    module = forms.ChoiceField(label=_("模块"), required=False)
    urgency = forms.TypedChoiceField(
        label=_("紧急程度"),
        required=False,
        choices=[("", _("全部紧急程度")), *Urgency.choices],
        coerce=int,
        empty_value=None,
    )
    mine = forms.BooleanField(label=_("只看我受理的"), required=False)
    q = forms.CharField(
        label=_("关键字"),
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("关键字最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("关键字或问题编号")}),
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)

    def __init__(self, data: Any, serves_some: bool) -> None:
        # Who comes without a choice wants what nobody has taken yet.
        super().__init__(data if "state" in data or "mine" in data else {**data.dict(), "state": State.WAITING})
        everything = ("", _("全部模块"))
        served = [(SERVED, _("我服务的模块"))] if serves_some else []
        groups = [(branch.name, [(leaf.id, leaf.name) for leaf in branch.modules]) for branch in product_tree()]
        module: Any = self.fields["module"]
        module.choices = [everything, *served, *groups]
        self.full_clean()

    def chosen(self, name: str) -> Any:
        """The choice of a field, or its empty value."""
        return self.cleaned_data.get(name) or None

    @property
    def narrowed(self) -> bool:
        """Whether the queue shows less than its tab promises."""
        return any(self.chosen(name) for name in ("module", "urgency", "q"))

    def address(self, **changes: Any) -> str:
        """The query string of the queue with ``changes``, on page 1 unless they name one."""
        given = {name: self.chosen(name) for name in self.fields} | {"page": None} | changes
        if not given["state"] and not given["mine"]:
            given["state"] = ""  # all of them, which no choice would not mean
        return "?" + urlencode(
            {name: "on" if value is True else value for name, value in given.items() if value or value == ""}
        )


@dataclass(frozen=True)
class Tab:
    """A tab of the queue, with how many tickets it holds in all."""

    title: Any
    address: str
    count: int
    current: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue."""

    tickets: list[Ticket]
    number: int
    has_next: bool


@access(Access.STAFF)
def queue(request: HttpRequest) -> HttpResponse:
    """The open tickets: those of the modules that the person serves first, most urgent first, longest waiting first."""
    user: Any = request.user
    served = set(user.modules.values_list("pk", flat=True))
    form = QueueForm(request.GET, bool(served))
    page = _page(user, form, served)
    everywhere = Role.SUPERVISOR in user.roles
    claims = everywhere or Role.ENGINEER in user.roles
    context = {
        "form": form,
        "tabs": _tabs(user, form),
        "page": page,
        "served": served,
        "keys": {
            ticket.pk: claim_key(user, ticket)
            for ticket in page.tickets
            if claims and ticket.state == State.WAITING and (everywhere or ticket.module_id in served)
        },
    }
    return render(request, "tickets/desk.html", context)


def claim_key(user: Any, ticket: Ticket) -> UUID:
    """The key of the claim of a ticket from the queue: however often it is sent, it is one claim."""
    return uuid5(KEYS, f"{user.pk} claim {ticket.pk} from the queue")


def _page(user: Any, form: QueueForm, served: Collection[int]) -> QueuePage:
    number = form.chosen("page") or 1
    start = (number - 1) * PAGE_ROWS
    tickets, order = _chosen(user, form, served), list(ORDER)
    if served:
        elsewhere = Case(When(module__in=served, then=Value(0)), default=Value(1))
        tickets, order = tickets.annotate(elsewhere=elsewhere), ["elsewhere", *order]
    if form.errors.get("q"):
        keys = []
    elif query := form.chosen("q"):
        keys = find(tickets, query, order, start, PAGE_ROWS + 1).ids
    else:
        keys = list(tickets.order_by(*order).values_list("pk", flat=True)[start : start + PAGE_ROWS + 1])
    return QueuePage(_loaded(user, keys[:PAGE_ROWS]), number, len(keys) > PAGE_ROWS)


def _chosen(user: Any, form: QueueForm, served: Collection[int]) -> EntryQuerySet:
    state, module, urgency = (form.chosen(name) for name in ("state", "module", "urgency"))
    tickets = Ticket.objects.visible_to(user).filter(state__in=[state] if state else OPEN_STATES)
    if form.chosen("mine"):
        tickets = tickets.filter(assignee=user)
    if urgency:
        tickets = tickets.filter(urgency=urgency)
    if module:
        tickets = tickets.filter(module__in=served if module == SERVED else [module])
    return tickets


def _loaded(user: Any, keys: list[int]) -> list[Ticket]:
    names = ("product", "module", "version", "owner", "company", "assignee")
    tickets = Ticket.objects.visible_to(user).filter(pk__in=keys).select_related(*names).defer("words", "description")
    found = {ticket.pk: ticket for ticket in tickets}
    return [found[key] for key in keys if key in found]


def _tabs(user: Any, form: QueueForm) -> list[Tab]:
    counts = (
        Ticket.objects.visible_to(user)
        .filter(state__in=OPEN_STATES)
        .aggregate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            mine=Count("pk", filter=Q(assignee=user)),
            open=Count("pk"),
        )
    )
    state, mine = form.chosen("state"), form.chosen("mine")
    waiting = state == State.WAITING and not mine
    return [
        Tab(_("待受理"), form.address(state=State.WAITING, mine=None), counts["waiting"], waiting),
        Tab(_("我的"), form.address(state=None, mine=True), counts["mine"], bool(mine)),
        Tab(_("全部未结"), form.address(state=None, mine=None), counts["open"], not waiting and not mine),
    ]
