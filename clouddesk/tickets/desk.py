"""问题单处理: the staff's queue of open tickets, by module and urgency, from which they claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access, access
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.conditions import LONGEST_QUERY
from clouddesk.tickets.models import OPEN_STATES, State, Urgency
from clouddesk.tickets.queue import SERVED, Wanted, counts, page_of_queue, served_by

LAST_PAGE = 500
URGENCIES = [(str(urgency.value), urgency.label) for urgency in Urgency]
STATES = [(state.value, state.label) for state in OPEN_STATES]


class QueueForm(forms.Form):
    """The parameters of the queue's address. What is not a choice counts as not given."""

    state = forms.ChoiceField(required=False, choices=STATES)
    module = forms.CharField(required=False)
    urgency = forms.ChoiceField(required=False, choices=URGENCIES)
    mine = forms.BooleanField(required=False)
    q = forms.CharField(
        label=_("关键字"),
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("关键字最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)

    def wanted(self) -> Wanted:
        """What the queue shows. Who comes without a choice wants what nobody has taken yet."""
        self.full_clean()
        given = self.cleaned_data
        nothing_chosen = not {"state", "mine"} & set(self.data)
        return Wanted(
            state=State.WAITING.value if nothing_chosen else given.get("state", ""),
            module=_module(given.get("module", "")),
            urgency=given.get("urgency", ""),
            mine=given.get("mine", False),
            q=given.get("q", ""),
            page=given.get("page") or 1,
        )


def _module(given: str) -> str:
    offered = {str(leaf.id) for branch in product_tree() for leaf in branch.modules}
    return given if given == SERVED or given in offered else ""


def address(wanted: Wanted, **changes: Any) -> str:
    """The query string of the queue with ``changes``, on page 1 unless they name one."""
    given = {**wanted._asdict(), "page": 1, **changes}
    if given["page"] == 1:
        del given["page"]
    # Without a state, all states: an empty one says so.
    return "?" + urlencode({name: value or "" for name, value in given.items() if value or name == "state"})


@dataclass(frozen=True)
class Tab:
    """A tab of the queue, with how many tickets it holds in all."""

    title: Any
    address: str
    count: int
    current: bool


@access(Access.STAFF)
def queue(request: HttpRequest) -> HttpResponse:
    """The open tickets: those of the modules that the person serves first, most urgent first, longest waiting first."""
    user: Any = request.user
    form = QueueForm(request.GET)
    wanted = form.wanted()
    served = served_by(user)
    rows, has_next = ([], False) if form.errors.get("q") else page_of_queue(user, wanted, served)
    context = {
        "form": form,
        "wanted": wanted,
        "address": address,
        "tabs": _tabs(user, wanted),
        "rows": rows,
        "has_next": has_next,
        "serves": bool(served),
        "tree": product_tree(),
        "states": STATES,
        "urgencies": URGENCIES,
        "narrowed": bool(wanted.module or wanted.urgency or wanted.q or form.errors),
    }
    return render(request, "tickets/desk.html", context)


def _tabs(user: Any, wanted: Wanted) -> list[Tab]:
    waiting, mine, everything = counts(user)
    here = "mine" if wanted.mine else "waiting" if wanted.state == State.WAITING else "open"
    return [
        Tab(_("待受理"), address(wanted, state=State.WAITING.value, mine=False), waiting, here == "waiting"),
        Tab(_("我的"), address(wanted, state="", mine=True), mine, here == "mine"),
        Tab(_("全部未结"), address(wanted, state="", mine=False), everything, here == "open"),
    ]
