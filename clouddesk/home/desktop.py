"""What the desktop and the desk say about a person's tickets."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clouddesk.accounts.models import Role
from clouddesk.entries.models import EntryQuerySet
from clouddesk.tickets.models import OPEN_STATES, State, Ticket
from clouddesk.tickets.waiting import unclaimed_in_reach_of, waiting_for_asker

NEWEST = 3  # manual 2d: 最近三个
WAITING_SHOWN = 6
COUNTED_TO = 1000


@dataclass(frozen=True)
class Queue:
    """One figure of the staff's start page: how many tickets stand so, counted up to COUNTED_TO, and their list."""

    state: State
    hint: str | Promise
    icon: str
    color: str
    count: int
    query: str


def _listed(tickets: EntryQuerySet) -> EntryQuerySet:
    return tickets.select_related("product", "module").defer("words", "description")


def waiting_for(user: Any) -> EntryQuerySet:
    """What waits for this person, longest waiting first: to confirm or complete, or, for staff, to answer."""
    if user.is_staff_member:
        mine = Ticket.objects.filter(assignee=user, state=State.WORKING).visible_to(user)
    else:
        mine = waiting_for_asker(user).visible_to(user)
    return _listed(mine).order_by("updated_at", "pk")[:WAITING_SHOWN]


def unclaimed_for(user: Any) -> EntryQuerySet:
    """What nobody has taken yet, most urgent first: in an engineer's modules, or for a supervisor in all."""
    return _listed(unclaimed_in_reach_of(user)).order_by("urgency", "pk")[:WAITING_SHOWN]


def newest_solved(user: Any) -> EntryQuerySet:
    """已解决问题提醒: the three solved ones that this person asked last."""
    return _newest(user, (State.SOLVED,))


def newest_unsolved(user: Any) -> EntryQuerySet:
    """未解决问题提醒: the three unsolved ones that this person asked last."""
    return _newest(user, OPEN_STATES)


def _newest(user: Any, states: tuple[State, ...]) -> EntryQuerySet:
    mine = Ticket.objects.mine(user).filter(state__in=states).visible_to(user)
    return _listed(mine).order_by("-created_at", "-pk")[:NEWEST]


def queues(user: Any) -> list[Queue]:
    """The figures of the staff's start page: an engineer's own modules and tickets, all of them for a supervisor."""
    own, served, mine = Ticket.objects.visible_to(user), "", ""
    if Role.SUPERVISOR not in user.roles:
        own, served, mine = own.filter(assignee=user), "&module=served", "&mine=1"

    def queue(state: State, hint: str | Promise, icon: str, color: str) -> Queue:
        waiting = state is State.WAITING
        tickets = unclaimed_in_reach_of(user) if waiting else own.filter(state=state)
        count = tickets.order_by()[:COUNTED_TO].count()
        return Queue(state, hint, icon, color, count, f"state={state.value}{served if waiting else mine}")

    return [
        queue(State.WAITING, _("还没有人受理的问题"), "inbox", "orange"),
        queue(State.WORKING, _("正在处理、等待答复的问题"), "tool", "blue"),
        queue(State.NEEDS_INFO, _("等客户补充信息"), "message-question", "purple"),
        queue(State.ANSWERED, _("已经答复，等客户确认"), "hourglass", "teal"),
    ]
