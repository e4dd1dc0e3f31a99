"""What waits for a person, as the tiles of the desktop count it."""

from typing import Any

from clouddesk.accounts.models import Role
from clouddesk.tickets.models import State, Ticket

COUNTED_TO = 100  # a tile shows 99+


def to_answer_for(user: Any) -> int:
    """How many of the customer's own tickets wait for them: to be completed or confirmed."""
    waiting = Ticket.objects.mine(user).filter(state__in=(State.NEEDS_INFO, State.ANSWERED))
    return waiting.order_by()[:COUNTED_TO].count()


def claimable_by(user: Any) -> int:
    """How many tickets the member of staff could claim."""
    waiting = Ticket.objects.visible_to(user).filter(state=State.WAITING)
    if not user.has_role(Role.ENGINEER):
        return 0
    if Role.SUPERVISOR not in user.roles:
        waiting = waiting.filter(module__in=user.modules.all())
    return waiting.order_by()[:COUNTED_TO].count()
