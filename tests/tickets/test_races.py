"""Several people act at the same moment, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clouddesk.files.models import Upload
from clouddesk.notifications.models import Notice
from clouddesk.submissions.models import Receipt
from clouddesk.tickets import workflow
from clouddesk.tickets.models import Event, State, Ticket, shelf_for
from tests import factories
from tests.racing import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(5)  # each round is a fresh race


def kinds(ticket: Ticket) -> list[str]:
    return list(Event.objects.filter(ticket=ticket).values_list("kind", flat=True))


def whole(ticket: Ticket) -> Ticket:
    """The ticket as it is now; its list face must agree with its state."""
    found = Ticket.objects.get(pk=ticket.pk)
    assert found.shelf == shelf_for(found.state, private=found.private)
    return found


def act(verb: Callable[..., None], user: Any, ticket: Ticket, *more: Any) -> Callable[[], None]:
    """What a page does: find the ticket as it is, then the verb."""
    return lambda: verb(user, whole(ticket), *more)


def test_of_those_who_claim_at_once_one_gets_it_and_the_others_are_told_why() -> None:
    engineers = [factories.engineer() for _ in range(4)]
    for _ in ROUNDS:
        ticket = factories.ticket()
        results = at_once(*(act(workflow.claim, engineer, ticket) for engineer in engineers))

        lost = refused(results, workflow.ConflictError)
        winner = engineers[results.index(None)]
        assert len(lost) == 3
        assert all("处理中" in str(words) for words in lost)
        assert whole(ticket).assignee == winner
        assert kinds(ticket) == ["submitted", "claimed"]
        assert Notice.objects.filter(user=ticket.owner).count() == 1


def test_a_ticket_is_claimed_or_withdrawn_but_never_both() -> None:
    engineer = factories.engineer()
    for _ in ROUNDS:
        ticket = factories.ticket()
        results = at_once(
            act(workflow.claim, engineer, ticket),
            act(workflow.withdraw, ticket.owner, ticket),
        )

        assert len(refused(results, workflow.ConflictError)) == 1
        if whole(ticket).state == State.WORKING:
            assert kinds(ticket) == ["submitted", "claimed"]
        else:
            assert whole(ticket).state == State.WITHDRAWN
            assert whole(ticket).assignee is None
            assert kinds(ticket) == ["submitted", "withdrawn"]
            assert not Notice.objects.filter(user=ticket.owner).exists()


def test_confirming_and_reopening_at_once_end_in_the_order_in_which_they_happened() -> None:
    for _ in ROUNDS:
        ticket = factories.ticket(state=State.ANSWERED)
        before = kinds(ticket)
        results = at_once(
            act(workflow.confirm, ticket.owner, ticket, 5),
            act(workflow.reopen, ticket.owner, ticket, "又出现了"),
        )

        # Reopening is possible after a confirmation, but nothing can be confirmed that was reopened.
        happened = kinds(ticket)[len(before) :]
        assert happened == (["reopened"] if refused(results, workflow.ConflictError) else ["confirmed", "reopened"])
        now = whole(ticket)
        assert (now.state, now.rating, now.solved_at) == (State.WORKING, None, None)


def test_an_answer_and_what_the_customer_adds_at_once_lose_neither_silently() -> None:
    for _ in ROUNDS:
        engineer = factories.engineer()
        ticket = factories.ticket(state=State.NEEDS_INFO, by=engineer)
        before = kinds(ticket)
        results = at_once(
            act(workflow.answer, engineer, ticket, "请整理断号"),
            act(workflow.reply, ticket.owner, ticket, "是十一月"),
        )

        happened = kinds(ticket)[len(before) :]
        assert happened == (["answered"] if refused(results, workflow.ConflictError) else ["replied", "answered"])
        assert whole(ticket).state == State.ANSWERED


def test_who_claimed_it_meanwhile_is_told_what_the_customer_adds() -> None:
    ticket, engineer = factories.ticket(), factories.engineer()
    on_the_page = whole(ticket)
    assert on_the_page.assignee is None
    workflow.claim(engineer, whole(ticket))
    workflow.reply(ticket.owner, on_the_page, "是十一月")
    assert Notice.objects.filter(user=engineer).count() == 1


def test_an_answer_lapses_once_however_many_look_for_it() -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    Ticket.objects.filter(pk=ticket.pk).update(answered_at="2026-01-05T01:00:00Z")

    assert sum(at_once(*[workflow.resolve_overdue] * 4)) == 1

    assert kinds(ticket)[-2:] == ["answered", "lapsed"]
    assert whole(ticket).state == State.SOLVED


def test_numbers_given_out_at_once_are_all_different_and_without_a_gap() -> None:
    owner = factories.customer()
    question = factories.question()

    tickets = at_once(*[partial(workflow.submit, owner, question)] * 6)

    numbers = sorted(int(ticket.number[-6:]) for ticket in tickets)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def form(**fields: Any) -> dict[str, Any]:
    lists = factories.catalogue()
    usual = {
        "product": lists.ps.pk,
        "module": lists.module().pk,
        "version": lists.version().pk,
        "kind": lists.kind.pk,
        "urgency": 3,
        "title": "凭证断号",
        "description": "结账时提示断号",
    }
    return {**usual, **fields}


def sender(owner: Any) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def test_a_form_sent_many_times_at_once_makes_one_ticket_with_its_file() -> None:
    owner = factories.customer()
    for _ in ROUNDS:
        Receipt.objects.all().delete()
        Event.objects.all().delete()
        Ticket.objects.all().delete()
        upload = factories.upload(owner)
        data = form(key=str(uuid4()), uploads=[str(upload.pk)])

        def send(data: dict[str, Any] = data) -> tuple[int, str]:
            response = sender(owner).post(reverse("tickets:new"), data)
            return response.status_code, response.headers.get("location", "")

        results = at_once(*[send] * 4)

        ticket = Ticket.objects.get()
        assert set(results) == {(302, ticket.get_absolute_url())}
        assert list(Upload.objects.filter(attachment__event__ticket=ticket)) == [upload]


def test_two_forms_of_one_person_with_one_key_but_different_content_make_one_ticket() -> None:
    owner = factories.customer()
    key = str(uuid4())

    def send(title: str) -> int:
        return sender(owner).post(reverse("tickets:new"), form(key=key, title=title)).status_code

    results = at_once(partial(send, "凭证断号"), partial(send, "报表取数为零"))

    assert sorted(results) == [302, 409]
    assert Ticket.objects.count() == 1


def test_one_file_is_attached_once_though_two_forms_send_it() -> None:
    owner = factories.customer()
    upload = factories.upload(owner)

    def send(key: str) -> int:
        data = form(key=key, uploads=[str(upload.pk)])
        return sender(owner).post(reverse("tickets:new"), data).status_code

    results = at_once(partial(send, str(uuid4())), partial(send, str(uuid4())))

    assert sorted(results) == [302, 409]
    assert Ticket.objects.count() == 1
    assert Upload.objects.get().attachment.event.ticket == Ticket.objects.get()
