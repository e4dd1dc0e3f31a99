"""A ticket and its timeline as its page reads them: the columns that it shows, by statements that stand ready.

The models here are incomplete, as with the ORM's ``only``: what is missing is loaded when somebody asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet

from clouddesk.accounts.models import Company, User
from clouddesk.catalog.models import ProblemKind
from clouddesk.entries.models import Shelf
from clouddesk.files.models import Upload
from clouddesk.statements import fetch, sql_of
from clouddesk.tickets.models import Attachment, Event, Ticket


def _columns_of(model: type[Model], wanted: Container[str]) -> list[str]:
    """Those of the model's columns that are ``wanted``, in its own order, which ``from_db`` goes by."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in wanted]


TICKET = [field.attname for field in Ticket._meta.concrete_fields if field.name != "words"]
EVENT = [field.attname for field in Event._meta.concrete_fields]
UPLOAD = [field.attname for field in Upload._meta.concrete_fields]
PERSON = _columns_of(User, ("id", "username", "real_name", "roles", "staff_number", "phone", "company_id"))
NAMED = ("id", "name")
RELATED: dict[str, tuple[type[Model], list[str]]] = {
    "owner": (User, PERSON),
    "assignee": (User, PERSON),
    "company": (Company, _columns_of(Company, NAMED)),
    "kind": (ProblemKind, _columns_of(ProblemKind, NAMED)),
}


def read_ticket(user: Any, number: str) -> Ticket | None:
    """The ticket with this number with whom and what it names; None when there is none that ``user`` may see."""
    # The parameters that visible_to has, for it is the same statement for everybody of a kind.
    rule = [] if user.is_staff_member else [Shelf.HIDDEN, user.pk]
    form = ("ticket", user.is_staff_member)
    rows = fetch(*sql_of(form, [*rule, number], lambda: _columns(user).filter(number=number)))
    return _ticket(rows[0]) if rows else None


def _columns(user: Any) -> QuerySet[Any, Any]:
    named = [f"{name}__{column}" for name, (_, columns) in RELATED.items() for column in columns]
    return Ticket.objects.visible_to(user).values_list(*TICKET, *named)


def _ticket(row: tuple[Any, ...]) -> Ticket:
    ticket = Ticket.from_db(connection.alias, TICKET, row[: len(TICKET)])
    at = len(TICKET)
    for name, (model, columns) in RELATED.items():
        setattr(ticket, name, _made(model, columns, row[at : at + len(columns)]))
        at += len(columns)
    return ticket


def read_events(user: Any, ticket: Ticket) -> tuple[list[Event], bool]:
    """The events that ``user`` may see, oldest first, and whether any has files."""
    # The first parameter is what Exists selects.
    rows = fetch(*sql_of("events of a ticket", [1, ticket.pk], lambda: _event_columns(ticket)))
    events, files = [], False
    for row in rows:
        event = Event.from_db(connection.alias, EVENT, row[: len(EVENT)])
        event.actor = _made(User, PERSON, row[len(EVENT) : -1])
        if user.is_staff_member or not event.internal:
            events.append(event)
            files = files or row[-1]
    return events, files


def _event_columns(ticket: Ticket) -> QuerySet[Any, Any]:
    actor = [f"actor__{column}" for column in PERSON]
    files = Exists(Attachment.objects.filter(event=OuterRef("pk")))
    return Event.objects.filter(ticket=ticket.pk).annotate(files=files).values_list(*EVENT, *actor, "files")


def read_files(ticket: Ticket) -> dict[int, list[Upload]]:
    """The files of each of the ticket's events, by its key, in the order in which they were added."""
    files: dict[int, list[Upload]] = defaultdict(list)
    for event, *columns in fetch(*sql_of("files of a ticket", [ticket.pk], lambda: _file_columns(ticket))):
        files[event].append(Upload.from_db(connection.alias, UPLOAD, columns))
    return files


def _file_columns(ticket: Ticket) -> QuerySet[Any, Any]:
    columns = [f"upload__{column}" for column in UPLOAD]
    return Attachment.objects.filter(event__ticket=ticket.pk).values_list("event_id", *columns)


def _made(model: type[Model], columns: list[str], values: tuple[Any, ...]) -> Any:
    """The model with these columns; None when there is none."""
    return model.from_db(connection.alias, columns, values) if values[0] is not None else None
