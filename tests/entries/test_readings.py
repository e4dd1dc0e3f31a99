"""Readings: one person reading ten times in an hour counts once, and no reading counts twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clouddesk.entries.models import Reading
from clouddesk.entries.workflow import fold_readings, note_reading
from tests import factories

pytestmark = pytest.mark.django_db


def test_one_person_in_one_hour_counts_once() -> None:
    ticket, reader, other = factories.ticket(), factories.customer(), factories.customer()
    for _ in range(10):
        note_reading(reader, ticket)
    note_reading(other, ticket)
    assert fold_readings() == 2
    ticket.refresh_from_db()
    assert ticket.reads == 2


def test_the_next_hour_counts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, reader = factories.ticket(), factories.customer()
    start = timezone.now()
    for hours in (0, 1):
        later: datetime = start + timedelta(hours=hours)
        monkeypatch.setattr("clouddesk.entries.workflow.timezone.now", lambda later=later: later)
        note_reading(reader, ticket)
    fold_readings()
    ticket.refresh_from_db()
    assert ticket.reads == 2


def test_reading_changes_nothing_until_it_is_folded_in() -> None:
    ticket = factories.ticket()
    note_reading(factories.customer(), ticket)
    before = ticket.updated_at
    ticket.refresh_from_db()
    assert (ticket.reads, ticket.updated_at) == (0, before)


def test_folding_twice_counts_once_and_takes_batches() -> None:
    first, second = factories.ticket(), factories.ticket()
    for ticket in (first, second):
        for _ in range(3):
            note_reading(factories.customer(), ticket)
    assert [fold_readings(batch=4), fold_readings(batch=4), fold_readings(batch=4)] == [4, 2, 0]
    for ticket in (first, second):
        ticket.refresh_from_db()
        assert ticket.reads == 3
    assert not Reading.objects.filter(counted=False).exists()
