"""What waits for a person: as tickets, and as the tiles of the desktop count them."""

from typing import Any

from clouddesk.accounts.models import Role
from clouddesk.entries.models import EntryQuerySet
from clouddesk.tickets.models import State, Ticket

COUNTED_TO = 100  # a tile shows 99+


def waiting_for_asker(user: Any) -> EntryQuerySet:
    """The customer's own tickets that wait for them: to be completed or confirmed."""
    return Ticket.objects.mine(user).filter(state__in=(State.NEEDS_INFO, State.ANSWERED))


def unclaimed_in_reach_of(user: Any) -> EntryQuerySet:
    """What nobody has taken yet in the modules that the member of staff serves, or for a supervisor in all."""
    waiting: EntryQuerySet = Ticket.objects.visible_to(user).filter(state=State.WAITING)
    if Role.SUPERVISOR in user.roles:
        return waiting
    return waiting.filter(module__in=user.modules.all())


def to_answer_for(user: Any) -> int:
    """How many of the customer's own tickets wait for them."""
    return _count(waiting_for_asker(user))


def claimable_by(user: Any) -> int:
    """How many tickets the member of staff could claim."""
    return _count(unclaimed_in_reach_of(user)) if user.has_role(Role.ENGINEER) else 0


def _count(tickets: EntryQuerySet) -> int:
    return tickets.order_by()[:COUNTED_TO].count()
