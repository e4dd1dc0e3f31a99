"""Who may do what to a ticket, and from which of its states (spec 3). The verbs themselves stand in ``workflow``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from clouddesk.accounts.models import Role
from clouddesk.tickets.models import State, Ticket

FROM: dict[str, tuple[State, ...]] = {
    "claim": (State.WAITING,),
    "ask_more": (State.WORKING,),
    "answer": (State.WORKING, State.NEEDS_INFO),
    "note": tuple(State),
    "reply": (State.WAITING, State.WORKING, State.NEEDS_INFO),
    "confirm": (State.ANSWERED,),
    "reopen": (State.ANSWERED, State.SOLVED),
    "withdraw": (State.WAITING,),
}


class NotAllowedError(Exception):
    """This person may see the ticket but not do this to it."""


def serves(user: Any, ticket: Ticket) -> bool:
    """Whether the person works on tickets of this module; a supervisor does on all (spec 1)."""
    if Role.SUPERVISOR in user.roles:
        return True
    return Role.ENGINEER in user.roles and user.modules.filter(pk=ticket.module_id).exists()


def serves_in(user: Any, module: int, served: Collection[int]) -> bool:
    """The same for a module's key, when the keys of the modules that the person serves are known."""
    return Role.SUPERVISOR in user.roles or (Role.ENGINEER in user.roles and module in served)


def _is_asker(user: Any, ticket: Ticket) -> bool:
    return bool(ticket.owner_id == user.pk)


def _works_on(user: Any, ticket: Ticket) -> bool:
    return ticket.assignee_id == user.pk or Role.SUPERVISOR in user.roles


def _is_staff(user: Any, ticket: Ticket) -> bool:
    return bool(user.is_staff_member)


_ASKER = (_is_asker, _("只有提问人可以这样做。"))
_WORKER = (_works_on, _("只有受理这个问题的工程师可以这样做。"))
_WHO: dict[str, tuple[Callable[[Any, Ticket], bool], Any]] = {
    "claim": (serves, _("这个模块不在您的服务范围内。")),
    "ask_more": _WORKER,
    "answer": _WORKER,
    "note": (_is_staff, _("只有服务人员可以写内部备注。")),
    "reply": _ASKER,
    "confirm": _ASKER,
    "reopen": _ASKER,
    "withdraw": _ASKER,
}


def may(user: Any, verb: str, ticket: Ticket) -> bool:
    """Whether ``user`` may do ``verb`` to the ticket as it stands now."""
    return ticket.state in FROM[verb] and _WHO[verb][0](user, ticket)


def require(user: Any, verb: str, ticket: Ticket) -> None:
    """Raise NotAllowedError when ``verb`` is not for this person, whatever the state."""
    allows, words = _WHO[verb]
    if not allows(user, ticket):
        raise NotAllowedError(str(words))
