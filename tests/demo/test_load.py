"""The demo in a database: whole, loaded once, and as the workflow itself would have left it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, F, Max, Min
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clouddesk.accounts.models import User
from clouddesk.catalog.models import Vendor
from clouddesk.datadir import StartError
from clouddesk.demo import load
from clouddesk.demo.accounts import DEMO_ACCOUNTS
from clouddesk.demo.load import load_demo
from clouddesk.entries.models import Entry
from clouddesk.notifications.models import Notice
from clouddesk.tickets import workflow
from clouddesk.tickets.models import Attachment, DayCounter, Event, Ticket, shelf_for
from tests import factories

pytestmark = pytest.mark.django_db
Kind = Event.Kind


def contents() -> dict[str, Any]:
    """Every row of the demo's tables, so that two loads can be compared."""
    models = [User, Vendor, Ticket, Event, Attachment, DayCounter, Notice]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_loading_again_changes_nothing() -> None:
    said: list[str] = []
    load_demo(said.append)
    before = contents()
    load_demo()
    assert contents() == before
    assert any("问题单" in line for line in said)


def test_a_load_that_was_stopped_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(load, "save_notices", stop)
        with pytest.raises(KeyboardInterrupt):
            load_demo()
    assert not Ticket.objects.exists()
    load_demo()
    assert Ticket.objects.count() >= 120
    assert Notice.objects.exists()


def test_a_portal_that_people_use_gets_no_accounts_with_known_passwords() -> None:
    factories.customer()
    with pytest.raises(StartError, match="不能再载入演示数据"):
        load_demo()
    assert User.objects.count() == 1
    assert not Vendor.objects.exists()


def test_people_who_joined_the_demo_do_not_stop_it() -> None:
    load_demo()
    before = Ticket.objects.count()
    newcomer = factories.customer()
    load_demo()
    assert Ticket.objects.count() == before
    assert User.objects.filter(pk=newcomer.pk).exists()


def test_what_an_operator_entered_stays() -> None:
    Vendor.objects.create(pk=1, name="另一家厂商")
    load_demo()
    assert Vendor.objects.get().name == "另一家厂商"


def test_notices_wait_for_the_demo_accounts_and_nobody_is_mailed() -> None:
    load_demo()
    assert waiting_jobs() == 0
    assert not Notice.objects.filter(mailed_at=None).exists()
    unread = Notice.objects.filter(read_at=None, user__username__in=[account.username for account in DEMO_ACCOUNTS])
    assert unread.exists()
    assert Notice.objects.filter(user__username="wangxiaomei", read_at=None).exists()
    assert not Notice.objects.exclude(url__startswith="/tickets/").exists()


def test_the_accounts_are_what_they_are_said_to_be_and_nobody_else_can_sign_in() -> None:
    load_demo()
    for account in DEMO_ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password(account.password), account
        assert user.is_vip == account.role.startswith("VIP"), account
        assert user.is_administrator == account.role.endswith("管理员"), account
        assert user.is_customer == ("客户" in account.role or "VIP" in account.role), account
        if user.is_staff_member:
            assert len(account.password) >= 12
            assert user.staff_number
    signing_in = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert signing_in == {account.username for account in DEMO_ACCOUNTS}


def test_tickets_are_what_the_workflow_would_have_left() -> None:
    """Every story is played again through the real verbs, by the same people, and must come out the same."""
    load_demo()
    verbs: dict[str, Callable[..., None]] = {
        Kind.CLAIMED: lambda actor, ticket, _: workflow.claim(actor, ticket),
        Kind.ASKED_MORE: lambda actor, ticket, event: workflow.ask_more(actor, ticket, event.body),
        Kind.REPLIED: lambda actor, ticket, event: workflow.reply(actor, ticket, event.body),
        Kind.ANSWERED: lambda actor, ticket, event: workflow.answer(actor, ticket, event.body),
        Kind.NOTED: lambda actor, ticket, event: workflow.note(actor, ticket, event.body),
        Kind.CONFIRMED: lambda actor, ticket, event: workflow.confirm(
            actor, ticket, event.ticket.rating or 5, event.body
        ),
        Kind.REOPENED: lambda actor, ticket, event: workflow.reopen(actor, ticket, event.body),
        Kind.WITHDRAWN: lambda actor, ticket, _: workflow.withdraw(actor, ticket),
    }
    told = Ticket.objects.exclude(events__kind=Kind.LAPSED).select_related("owner", "product", "module", "version")
    for ticket in told:
        names = ("product", "module", "version", "kind", "urgency", "title", "description", "private")
        question = workflow.Question(**{name: getattr(ticket, name) for name in names})
        again = workflow.submit(ticket.owner, question)
        events = list(ticket.events.select_related("actor", "ticket"))
        assert events[0].kind == Kind.SUBMITTED
        for event in events[1:]:
            verbs[event.kind](event.actor, again, event)
        again.refresh_from_db()
        for name in ("state", "shelf", "assignee_id", "company_id", "rating", "rating_comment"):
            assert getattr(again, name) == getattr(ticket, name), (ticket.title, name)
        assert bool(again.answered_at) == bool(ticket.answered_at), ticket.title
        assert bool(again.solved_at) == bool(ticket.solved_at), ticket.title
        assert [(e.kind, e.internal) for e in again.events.all()] == [(e.kind, e.internal) for e in events]


def test_times_agree_with_the_timeline() -> None:
    load_demo()
    for ticket in Ticket.objects.annotate(first=Min("events__at"), last=Max("events__at")):
        moments = list(ticket.events.values_list("at", flat=True))
        assert moments == sorted(moments), ticket.title
        assert ticket.created_at == ticket.first
        assert ticket.created_at <= ticket.updated_at <= ticket.last <= timezone.now()
        assert ticket.shelf == shelf_for(ticket.state, private=ticket.private)
        if ticket.solved_at:
            assert ticket.answered_at
            assert ticket.answered_at < ticket.solved_at == ticket.updated_at


def test_numbers_follow_the_day_and_new_ones_come_behind() -> None:
    load_demo()
    for ticket in Ticket.objects.all():
        assert ticket.number.startswith(f"WT{timezone.localdate(ticket.created_at):%Y%m%d}-")
    for counter in DayCounter.objects.all():
        of_day = Ticket.objects.filter(number__startswith=f"WT{counter.day:%Y%m%d}-")
        assert sorted(int(number[-6:]) for number in of_day.values_list("number", flat=True)) == list(
            range(1, counter.last + 1)
        )
    old = Ticket.objects.select_related("owner").order_by("-pk")[0]
    names = ("product", "module", "version", "kind", "urgency", "title", "description", "private")
    new = workflow.submit(old.owner, workflow.Question(**{name: getattr(old, name) for name in names}))
    assert Ticket.objects.filter(number=new.number).count() == 1


def test_questions_are_found_by_their_words() -> None:
    load_demo()
    for words, title in [("资产负债表 不平", "资产负债表不平"), ("ORA-01653", "记账到一半"), ("套打", "凭证套打")]:
        titles = Entry.objects.matching(words).values_list("title", flat=True)
        assert any(found.startswith(title) for found in titles), words


def test_attachments_open_for_those_who_may_see_the_ticket_alone(sign_in: Callable[..., Client]) -> None:
    load_demo()
    attachments = list(Attachment.objects.select_related("event__ticket__owner", "upload"))
    stranger, supervisor = (sign_in(User.objects.get(username=name)) for name in ("liangbowen", "fangzhengguo"))
    assert {attachment.event.ticket.private for attachment in attachments} == {True, False}
    for attachment in attachments:
        address = reverse("files:detail", args=[attachment.upload_id])
        assert stranger.get(address).status_code == (404 if attachment.event.ticket.private else 200)
        answer = supervisor.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert len(content) == attachment.upload.size, attachment.upload.name
    kinds = {attachment.upload.content_type for attachment in attachments}
    assert {"image/png", "application/pdf", "text/plain"} < kinds
    assert Attachment.objects.values("upload").annotate(times=Count("pk")).filter(times__gt=1).count() == 0
    assert not Attachment.objects.exclude(upload__created_at=F("event__at")).exists()
