"""Five working days, weekends and Chinese holidays counted out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clouddesk.accounts.models import User
from clouddesk.notifications.workflow import tell
from clouddesk.tickets import workflow
from clouddesk.tickets.calendar import is_working_day, working_days_before
from clouddesk.tickets.models import State, Ticket
from tests import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-11-24", True),  # a Monday
        ("2025-11-22", False),  # a Saturday
        ("2025-10-01", False),  # National Day
        ("2025-10-11", True),  # a Saturday that makes up for it
        ("2099-01-05", True),  # no list yet: a Monday
        ("2099-01-03", False),  # no list yet: a Saturday
    ],
)
def test_working_days(day: str, worked: bool) -> None:
    assert is_working_day(at(day).date()) is worked


@pytest.mark.parametrize(
    ("moment", "limit"),
    [
        ("2025-11-26T10:00", "2025-11-19T10:00"),  # Wednesday to Wednesday
        ("2025-11-28T17:59", "2025-11-21T17:59"),  # an answer of Friday evening has its Friday
        ("2025-11-29T03:00", "2025-11-24T00:00"),  # on a Saturday: all of Monday to Friday is over
        ("2025-11-30T23:00", "2025-11-24T00:00"),
        ("2025-12-01T00:00", "2025-11-24T00:00"),
        ("2025-10-10T09:00", "2025-09-26T09:00"),  # over National Day; Sunday the 28th is worked
    ],
)
def test_five_working_days_ago(moment: str, limit: str) -> None:
    assert working_days_before(at(moment), 5) == at(limit)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answered", "now", "solved"),
    [
        ("2025-11-21T18:00", "2025-11-28T17:59", False),
        ("2025-11-21T18:00", "2025-11-28T18:00", True),
        ("2025-11-22T12:00", "2025-11-28T23:59", False),  # answered on a Saturday: five whole days
        ("2025-11-22T12:00", "2025-11-29T00:00", True),
        ("2025-09-30T10:00", "2025-10-13T09:59", False),  # eight days of holiday, one made up
        ("2025-09-30T10:00", "2025-10-14T10:00", True),
    ],
)
def test_an_uncontested_answer_solves_after_five_working_days(answered: str, now: str, solved: bool) -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    Ticket.objects.filter(pk=ticket.pk).update(answered_at=at(answered))
    assert workflow.resolve_overdue(at(now)) == int(solved)
    ticket.refresh_from_db()
    assert (ticket.state == State.SOLVED) is solved
    assert (ticket.solved_at is not None) is solved


@pytest.mark.django_db
def test_an_answer_given_anew_meanwhile_has_its_own_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reopened and answered again between the list of what is due and this ticket's turn."""
    engineer, now = factories.engineer(), datetime.now(SHANGHAI)
    ticket = factories.ticket(state=State.ANSWERED, by=engineer)
    Ticket.objects.filter(pk=ticket.pk).update(answered_at=now - timedelta(days=60))
    lapse = workflow._lapse

    def meanwhile(due: Ticket, limit: datetime) -> bool:
        current = Ticket.objects.get(pk=due.pk)
        workflow.reopen(current.owner, current, "还是断号")
        workflow.answer(engineer, Ticket.objects.get(pk=due.pk), "请再整理一次")
        return lapse(due, limit)

    monkeypatch.setattr(workflow, "_lapse", meanwhile)
    assert workflow.resolve_overdue(now) == 0
    ticket.refresh_from_db()
    assert ticket.state == State.ANSWERED


@pytest.mark.django_db
def test_one_ticket_that_fails_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(SHANGHAI)
    broken, sound = (factories.ticket(state=State.ANSWERED) for _ in range(2))
    Ticket.objects.update(answered_at=now - timedelta(days=60))

    def failing(user: User, text: str, url: str) -> object:
        if url == broken.get_absolute_url():
            raise ValueError(url)
        return tell(user, text, url)

    monkeypatch.setattr(workflow, "tell", failing)
    assert workflow.resolve_overdue(now) == 1
    assert Ticket.objects.get(pk=sound.pk).state == State.SOLVED
    assert Ticket.objects.get(pk=broken.pk).state == State.ANSWERED
