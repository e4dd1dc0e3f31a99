"""What the desktop and the desk say about a person's tickets."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clouddesk.entries.models import EntryQuerySet
from clouddesk.tickets.models import State, Ticket

NEWEST = 3  # manual 2d: 最近三个
WAITING_SHOWN = 6
COUNTED_TO = 1000
WAITS_FOR_ASKER = (State.ANSWERED, State.NEEDS_INFO)
UNSOLVED = (State.WAITING, State.WORKING, State.NEEDS_INFO, State.ANSWERED)


@dataclass(frozen=True)
class Queue:
    """One figure of the staff's start page: how many tickets stand so, counted up to COUNTED_TO, and their list."""

    state: State
    hint: str | Promise
    icon: str
    color: str
    count: int


def _listed(tickets: EntryQuerySet) -> EntryQuerySet:
    return tickets.select_related("product", "module").defer("words", "description")


def waiting_for(user: Any) -> EntryQuerySet:
    """What waits for this person, longest waiting first: to confirm or complete, or, for staff, to answer."""
    if user.is_staff_member:
        mine = Ticket.objects.filter(assignee=user, state=State.WORKING).visible_to(user)
    else:
        mine = Ticket.objects.mine(user).filter(state__in=WAITS_FOR_ASKER).visible_to(user)
    return _listed(mine).order_by("updated_at", "pk")[:WAITING_SHOWN]


def newest_solved(user: Any) -> EntryQuerySet:
    """已解决问题提醒: the three solved ones that this person asked last."""
    return _newest(user, (State.SOLVED,))


def newest_unsolved(user: Any) -> EntryQuerySet:
    """未解决问题提醒: the three unsolved ones that this person asked last."""
    return _newest(user, UNSOLVED)


def _newest(user: Any, states: tuple[State, ...]) -> EntryQuerySet:
    mine = Ticket.objects.mine(user).filter(state__in=states).visible_to(user)
    return _listed(mine).order_by("-created_at", "-pk")[:NEWEST]


def queues(user: Any) -> list[Queue]:
    """The figures of the staff's start page: an engineer's own modules and tickets, all of them for a supervisor."""
    seen = Ticket.objects.visible_to(user)
    unclaimed = seen.filter(state=State.WAITING)
    own = seen.filter(assignee=user)
    if "supervisor" in user.roles:
        own = seen
    else:
        unclaimed = unclaimed.filter(module__in=user.modules.all())
    return [
        Queue(State.WAITING, _("还没有人受理的问题"), "inbox", "orange", _count(unclaimed)),
        Queue(State.WORKING, _("正在处理、等待答复的问题"), "tool", "blue", _count(own, State.WORKING)),
        Queue(State.NEEDS_INFO, _("等客户补充信息"), "message-question", "purple", _count(own, State.NEEDS_INFO)),
        Queue(State.ANSWERED, _("已经答复，等客户确认"), "hourglass", "teal", _count(own, State.ANSWERED)),
    ]


def _count(tickets: EntryQuerySet, state: State | None = None) -> int:
    chosen = tickets.filter(state=state) if state else tickets
    return chosen.order_by()[:COUNTED_TO].count()
