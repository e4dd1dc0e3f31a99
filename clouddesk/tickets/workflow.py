"""What can be done to a ticket (spec 3). Each verb is one function and one transaction.

待受理 → 处理中 → (待补充 ⇄) → 待确认 → 已解决. A state changes only by a conditional UPDATE, with an event beside it:
when two people act at once, one of them wins and the other gets ``ConflictError``.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from clouddesk.accounts.models import User
from clouddesk.catalog.models import Module, ProblemKind, Product, Version
from clouddesk.entries.models import Entry
from clouddesk.entries.words import document
from clouddesk.files.models import Upload
from clouddesk.notifications.workflow import tell
from clouddesk.tickets.calendar import working_days_before
from clouddesk.tickets.models import Attachment, Event, State, Ticket, shelf_for
from clouddesk.tickets.rules import FROM, require

logger = logging.getLogger(__name__)

UNCONTESTED_DAYS = 5  # spec 3: an answer that nobody contests for five working days resolves the ticket


class ConflictError(Exception):
    """The ticket is no longer in a state in which this can be done; the message says so in the reader's words."""


class FilesTakenError(ConflictError):
    """A file that was sent belongs to another step already, or is no longer there."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What 我要提问 asks for (manual 4a), already checked."""

    product: Product
    module: Module
    version: Version
    kind: ProblemKind
    urgency: int
    title: str
    description: str
    private: bool


def submit(user: User, question: Question, uploads: Iterable[Upload] = ()) -> Ticket:
    """Make a ticket of ``question``, numbered WTyyyymmdd-nnnnnn within the day."""
    # Cutting words takes a while for a long text, and whoever takes a number makes the others of the day wait.
    text = document(question.title, question.description)
    with transaction.atomic():
        return _make(user, question, text, uploads)


def _make(user: User, question: Question, text: str, uploads: Iterable[Upload]) -> Ticket:
    now = timezone.now()
    number = _next_number(now)
    ticket = Ticket.objects.create(
        number=number,
        owner=user,
        company_id=user.company_id,
        product=question.product,
        module=question.module,
        version=question.version,
        kind=question.kind,
        urgency=question.urgency,
        title=question.title,
        description=question.description,
        private=question.private,
        shelf=shelf_for(State.WAITING, private=question.private),
        created_at=now,
        updated_at=now,
        words=SearchVector(Value(f"{document(number)} {text}"), config="simple"),
    )
    _record(ticket, user, Event.Kind.SUBMITTED, uploads=uploads)
    return ticket


def claim(user: User, ticket: Ticket) -> None:
    """Take a waiting ticket; of several who claim it, one gets it. An engineer claims in the modules they serve."""
    require(user, "claim", ticket)
    with transaction.atomic():
        _move(ticket, FROM["claim"], State.WORKING, assignee=user)
        _record(ticket, user, Event.Kind.CLAIMED)
        _tell_owner(ticket, _("您的问题“%(title)s”已由工程师 %(number)s 受理。"), number=user.staff_number or "")


def ask_more(user: User, ticket: Ticket, body: str, uploads: Iterable[Upload] = ()) -> None:
    """Ask the customer for what is missing."""
    require(user, "ask_more", ticket)
    with transaction.atomic():
        _move(ticket, FROM["ask_more"], State.NEEDS_INFO)
        _record(ticket, user, Event.Kind.ASKED_MORE, body, uploads)
        _tell_owner(ticket, _("问题“%(title)s”需要您补充信息。"))


def reply(user: User, ticket: Ticket, body: str, uploads: Iterable[Upload] = ()) -> None:
    """Add what the customer has to say; an asked-for answer puts the ticket back to work."""
    require(user, "reply", ticket)
    with transaction.atomic():
        if not _try_move(ticket, [State.NEEDS_INFO], State.WORKING):
            _touch(ticket, FROM["reply"])
        _record(ticket, user, Event.Kind.REPLIED, body, uploads)
        _tell_assignee(ticket, _("客户补充了问题“%(title)s”的信息。"))


def answer(user: User, ticket: Ticket, body: str, uploads: Iterable[Upload] = ()) -> None:
    """Give the answer; the customer is asked to confirm it."""
    require(user, "answer", ticket)
    with transaction.atomic():
        _move(ticket, FROM["answer"], State.ANSWERED, answered_at=timezone.now())
        _record(ticket, user, Event.Kind.ANSWERED, body, uploads)
        _tell_owner(ticket, _("您的问题“%(title)s”有了答复，请确认是否解决。"))


def note(user: User, ticket: Ticket, body: str, uploads: Iterable[Upload] = ()) -> None:
    """Write an internal note, which customers never see and which changes nothing else."""
    require(user, "note", ticket)
    with transaction.atomic():
        _record(ticket, user, Event.Kind.NOTED, body, uploads, internal=True)


def confirm(user: User, ticket: Ticket, rating: int, comment: str = "") -> None:
    """The customer confirms the answer with a rating of 1 to 5: the ticket is solved."""
    require(user, "confirm", ticket)
    now = timezone.now()
    with transaction.atomic():
        _move(ticket, FROM["confirm"], State.SOLVED, solved_at=now, rating=rating, rating_comment=comment)
        _record(ticket, user, Event.Kind.CONFIRMED, comment)
        _tell_assignee(ticket, _("客户确认问题“%(title)s”已解决。"))


def reopen(user: User, ticket: Ticket, body: str, uploads: Iterable[Upload] = ()) -> None:
    """The answer did not help: the ticket goes back to whoever worked on it."""
    require(user, "reopen", ticket)
    with transaction.atomic():
        fresh = {"answered_at": None, "solved_at": None, "rating": None, "rating_comment": ""}
        _move(ticket, FROM["reopen"], State.WORKING, **fresh)
        _record(ticket, user, Event.Kind.REOPENED, body, uploads)
        _tell_assignee(ticket, _("客户重新打开了问题“%(title)s”。"))


def withdraw(user: User, ticket: Ticket) -> None:
    """The asker takes back a ticket that nobody has claimed yet."""
    require(user, "withdraw", ticket)
    with transaction.atomic():
        _move(ticket, FROM["withdraw"], State.WITHDRAWN)
        _record(ticket, user, Event.Kind.WITHDRAWN)


def resolve_overdue(now: datetime | None = None, batch: int = 500) -> int:
    """Solve the tickets whose answer stood uncontested for five working days; returns how many."""
    limit = working_days_before(now or timezone.now(), UNCONTESTED_DAYS)
    due = Ticket.objects.filter(state=State.ANSWERED, answered_at__lte=limit).select_related("owner")
    return sum(_try_lapse(ticket, limit) for ticket in due.order_by("answered_at")[:batch])


def _try_lapse(ticket: Ticket, limit: datetime) -> bool:
    """One ticket that cannot be solved must not keep the others waiting."""
    try:
        return _lapse(ticket, limit)
    except Exception:
        logger.exception("ticket %s could not be solved after its time", ticket.number)
        return False


@transaction.atomic
def _lapse(ticket: Ticket, limit: datetime) -> bool:
    # Between the list and this one's turn it may have been reopened, and answered anew: that answer has its own days.
    still = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket.pk, answered_at__lte=limit)
    if not still.exists() or not _try_move(ticket, FROM["confirm"], State.SOLVED, solved_at=timezone.now()):
        return False
    _record(ticket, None, Event.Kind.LAPSED)
    _tell_owner(ticket, _("问题“%(title)s”的答复五个工作日内没有异议，已确认解决；如未解决，可以重新打开。"))
    return True


def _next_number(now: datetime) -> str:
    day = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_daycounter (day, last) VALUES (%s, 1) "
            "ON CONFLICT (day) DO UPDATE SET last = tickets_daycounter.last + 1 RETURNING last",
            [day],
        )
        (last,) = cursor.fetchone()
    return f"WT{day:%Y%m%d}-{last:06d}"


def _try_move(ticket: Ticket, before: Collection[State], after: State, **changes: Any) -> bool:
    """Change the state if it is still one of ``before``; say whether it was."""
    if not Ticket.objects.filter(pk=ticket.pk, state__in=before).update(state=after, **changes):
        return False
    for name, value in {"state": after, **changes}.items():
        setattr(ticket, name, value)
    ticket.shelf = shelf_for(after, private=ticket.private)
    ticket.updated_at = timezone.now()
    Entry.objects.filter(pk=ticket.pk).update(shelf=ticket.shelf, updated_at=ticket.updated_at)
    return True


def _move(ticket: Ticket, before: Collection[State], after: State, **changes: Any) -> None:
    if not _try_move(ticket, before, after, **changes):
        raise ConflictError(_conflict_words(ticket))


def _touch(ticket: Ticket, states: Collection[State]) -> None:
    """Note that something was added in one of ``states``, which must hold until the transaction ends."""
    if not Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket.pk, state__in=states).exists():
        raise ConflictError(_conflict_words(ticket))
    Entry.objects.filter(pk=ticket.pk).update(updated_at=timezone.now())


def _conflict_words(ticket: Ticket) -> str:
    state = State(Ticket.objects.values_list("state", flat=True).get(pk=ticket.pk))
    return _("问题单现在的状态是“%(state)s”，这一步已经不能进行，请查看最新进展。") % {"state": state.label}


def _record(
    ticket: Ticket,
    actor: User | None,
    kind: Event.Kind,
    body: str = "",
    uploads: Iterable[Upload] = (),
    *,
    internal: bool = False,
) -> None:
    event = Event.objects.create(ticket=ticket, actor=actor, kind=kind, at=timezone.now(), body=body, internal=internal)
    attachments = [Attachment(event=event, upload=upload) for upload in uploads]
    if not attachments:
        return
    try:
        with transaction.atomic():
            Attachment.objects.bulk_create(attachments)
    except IntegrityError as error:
        raise FilesTakenError(_("有附件已经用在别处或已失效，请重新添加。")) from error


def _tell_owner(ticket: Ticket, text: str, **values: str) -> None:
    tell(ticket.owner, text % {"title": ticket.title, **values}, ticket.get_absolute_url())


def _tell_assignee(ticket: Ticket, text: str) -> None:
    # Whoever has it now: it may have been claimed since this one was read.
    assignee = User.objects.filter(assigned_tickets=ticket.pk).first()
    if assignee is not None:
        tell(assignee, text % {"title": ticket.title}, ticket.get_absolute_url())
