"""The tickets that the benchmark makes are such as people could have made them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from bench.load import TABLES, load
from bench.people import Cast, make_cast
from bench.tickets import batches, days
from clouddesk.accounts.models import User
from clouddesk.entries.models import Entry, Shelf
from clouddesk.entries.searching import find
from clouddesk.entries.words import words
from clouddesk.tickets.models import DayCounter, Event, State, Ticket, shelf_for

ROWS = 200


def definitions() -> set[str]:
    """The indexes and constraints of the tables that are filled, without conditions: PostgreSQL words those anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY(%s::regclass[]) UNION "
            "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY(%s::regclass[])",
            [TABLES, TABLES],
        )
        return {definition.partition(" WHERE ")[0] for (definition,) in cursor.fetchall()}


def fill() -> Cast:
    """Make ROWS tickets; returns whom they belong to."""
    made = make_cast(customers=20)
    place = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    load(make_conninfo("", **{name: place[name] for name in names if place.get(name)}), ROWS, made, lambda text: None)
    return made


@pytest.mark.django_db(transaction=True)
def test_they_are_whole_visible_and_found() -> None:
    before = definitions()
    made = fill()
    assert definitions() == before
    assert Ticket.objects.count() == Entry.objects.count() == ROWS
    check_rows(made)
    check_visibility()
    check_search()


def check_rows(made: Cast) -> None:
    for ticket in Ticket.objects.defer("words"):
        ticket.full_clean(exclude=["words", "number", "entry", "assignee", "answered_at", "solved_at", "rating"])
        assert ticket.shelf == shelf_for(ticket.state, private=ticket.private)
        assert ticket.created_at <= ticket.updated_at
        assert ticket.module.product_id == ticket.version.product_id == ticket.product_id
        assert ticket.owner_id in dict(made.customers)
        assert ticket.events.first().kind == Event.Kind.SUBMITTED
    states = Counter(Ticket.objects.values_list("state", flat=True))
    assert states[State.SOLVED] > ROWS * 0.9
    assert sum(DayCounter.objects.values_list("last", flat=True)) == ROWS


def check_visibility() -> None:
    hidden = Entry.objects.filter(shelf=Shelf.HIDDEN).values_list("pk", "owner")
    assert hidden
    for pk, owner in hidden:
        stranger = User.objects.filter(roles=[]).exclude(pk=owner)[0]
        assert not Entry.objects.visible_to(stranger).filter(pk=pk).exists()
        assert Entry.objects.visible_to(User.objects.get(pk=owner)).filter(pk=pk).exists()


def check_search() -> None:
    for entry in Entry.objects.filter(shelf=Shelf.SOLVED)[:20]:
        tree: dict[str, Any] = {"product": entry.product_id, "module": entry.module_id}
        for word in (entry.number, max(words(entry.title), key=len)):
            entries = Entry.objects.filter(shelf=Shelf.SOLVED, **tree)
            assert entry.pk in find(entries, word, ["-updated_at", "-id"], 0, ROWS, tree).ids


def test_days_hold_all_tickets_in_order() -> None:
    calendar = days(10_000, date(2026, 11, 25))
    assert sum(day.count for day in calendar) == 10_000
    assert [day.first for day in calendar[1:]] == [day.first + day.count for day in calendar[:-1]]
    assert calendar == sorted(calendar, key=lambda day: day.day)
    assert calendar[-1].day < date(2026, 11, 25)


def test_batches_hold_each_day_once() -> None:
    calendar = days(5_000, date(2026, 11, 25))
    cut = list(batches(calendar, 700))
    assert [day for batch in cut for day in batch] == calendar
    assert all(sum(day.count for day in batch) >= 700 for batch in cut[:-1])
