"""The test bed: the demo's catalogue, and exactly eight people who own one or more of everything (docs: design, tests).

``build`` fills an empty portal, ``describe`` says what is in it; the passwords are fixed, since the test bed listens on
loopback alone and holds nothing real.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clouddesk.accounts.models import User
from clouddesk.catalog.models import ProblemKind, Product
from clouddesk.demo import content
from clouddesk.demo.people import refuse_a_portal_in_use, save_catalogue, save_people
from clouddesk.demo.tickets import save_tickets
from clouddesk.tickets.models import Attachment, State, Ticket

FOLDER = content.CONTENT / "testbed"
CUSTOMER_PASSWORD = "ceshichuang"  # noqa: S105 - see above
STAFF_PASSWORD = "ceshichuang-400"  # noqa: S105
ROLES = {
    "customer": "customer",
    "colleague": "colleague",
    "stranger": "stranger",
    "vip": "vip",
    "vip_administrator": "vipadmin",
    "engineer": "engineer",
    "editor": "editor",
    "supervisor": "supervisor",
}


def build() -> None:
    """Make the test bed, unless it is there already. Raises StartError where other people have accounts."""
    people, now = content.people(FOLDER / "people.toml"), timezone.now()
    refuse_a_portal_in_use(people)
    save_catalogue(content.catalogue())
    with transaction.atomic():
        if User.objects.filter(username=ROLES["customer"]).exists():
            return
        save_people(people, {person.username: _password(bool(person.roles)) for person in people.persons}, now)
        save_tickets(content.stories(FOLDER / "tickets"), now)


def describe() -> dict[str, Any]:
    """Say what the test bed holds. The shape is stable: keys may be added, none changes its meaning.

    ``accounts``: a list of ``{"role", "username", "password", "company", "tickets", "claimed", "attachments"}``, with
    ``tickets`` as ``{"public_open", "public_solved", "private_open", "private_solved", "withdrawn"}``, lists of
    numbers, ``claimed`` a list of numbers, and ``attachments`` a list of ``{"ticket", "private", "name", "url"}``.
    ``catalog``: ``{"products": [{"id", "code", "modules", "versions"}], "kinds"}``, the last three of them lists of
    ``{"id", "name"}``.

    ``role`` is a key of ROLES. ``tickets`` are those that the person asked, ``claimed`` those that they work on or have
    answered, ``attachments`` the files of the tickets that they asked. An open ticket is one that is not solved.
    """
    found = User.objects.select_related("company").filter(username__in=ROLES.values())
    people = {user.username: user for user in found}
    return {
        "accounts": [_account(role, people[username]) for role, username in ROLES.items() if username in people],
        "catalog": {
            "products": [
                {
                    "id": product.pk,
                    "code": product.code,
                    "modules": list(product.modules.values("id", "name")),
                    "versions": list(product.versions.values("id", "name")),
                }
                for product in Product.objects.prefetch_related("modules", "versions")
            ],
            "kinds": list(ProblemKind.objects.values("id", "name")),
        },
    }


def _account(role: str, user: User) -> dict[str, Any]:
    return {
        "role": role,
        "username": user.username,
        "password": _password(user.is_staff_member),
        "company": user.company.name if user.company else "",
        "tickets": _tickets(user),
        "claimed": list(Ticket.objects.filter(assignee=user).order_by("pk").values_list("number", flat=True)),
        "attachments": _attachments(user),
    }


def _tickets(user: User) -> dict[str, list[str]]:
    tickets: dict[str, list[str]] = {
        "public_open": [],
        "public_solved": [],
        "private_open": [],
        "private_solved": [],
        "withdrawn": [],
    }
    for ticket in Ticket.objects.filter(owner=user).order_by("pk"):
        if ticket.state == State.WITHDRAWN:
            tickets["withdrawn"].append(ticket.number)
        else:
            circle = "private" if ticket.private else "public"
            tickets[f"{circle}_{'solved' if ticket.state == State.SOLVED else 'open'}"].append(ticket.number)
    return tickets


def _attachments(user: User) -> list[dict[str, Any]]:
    held = Attachment.objects.filter(event__ticket__owner=user).select_related("event__ticket", "upload")
    return [
        {
            "ticket": attachment.event.ticket.number,
            "private": attachment.event.ticket.private,
            "name": attachment.upload.name,
            "url": reverse("files:detail", args=[attachment.upload_id]),
        }
        for attachment in held
    ]


def _password(staff: bool) -> str:
    return STAFF_PASSWORD if staff else CUSTOMER_PASSWORD
