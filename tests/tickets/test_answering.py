"""A ticket's page, and what customers and engineers do on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clouddesk.accounts.models import User
from clouddesk.catalog.tree import product_tree
from clouddesk.entries.models import Reading
from clouddesk.notifications.models import Notice
from clouddesk.tickets import workflow
from clouddesk.tickets.models import Event, State, Ticket
from clouddesk.tickets.verbs import VERBS
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def page(client: Client, ticket: Ticket) -> str:
    answer = client.get(ticket.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def steps_on(text: str) -> list[str]:
    """The steps that the page offers, by their addresses."""
    return re.findall(r'action="/tickets/WT[\d-]+/([\w-]+)/"', text)


def key_of(text: str, step: str) -> str:
    found = re.search(rf'/{step}/".*?name="key" value="([\w-]+)"', text, re.S)
    assert found is not None
    return found[1]


def take(client: Client, ticket: Ticket, step: str, **fields: Any) -> Any:
    return client.post(f"{ticket.get_absolute_url()}{step}/", fields)


def state_of(ticket: Ticket) -> str:
    return str(Ticket.objects.values_list("state", flat=True).get(pk=ticket.pk))


OFFERED = [
    # state, to the asker, to the engineer who works on it, to another engineer
    (State.WAITING, ["reply", "withdraw"], ["claim", "note"], ["claim", "note"]),
    (State.WORKING, ["reply"], ["answer", "ask-more", "note"], ["note"]),
    (State.NEEDS_INFO, ["reply"], ["answer", "note"], ["note"]),
    (State.ANSWERED, ["confirm", "reopen"], ["note"], ["note"]),
    (State.SOLVED, ["reopen"], ["note"], ["note"]),
    (State.WITHDRAWN, [], ["note"], ["note"]),
]


@pytest.mark.parametrize(("state", "asker", "worker", "other"), OFFERED)
def test_everyone_is_offered_what_they_may_do(
    sign_in: SignIn, state: State, asker: list[str], worker: list[str], other: list[str]
) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=state, by=engineer)
    assert steps_on(page(sign_in(ticket.owner), ticket)) == asker
    assert steps_on(page(sign_in(engineer), ticket)) == worker
    assert steps_on(page(sign_in(factories.engineer()), ticket)) == other


@pytest.mark.parametrize(
    ("state", "asker", "worker"),
    [
        (State.WAITING, [], ["claim"]),
        (State.WORKING, [], ["answer"]),
        (State.NEEDS_INFO, ["reply"], []),
        (State.ANSWERED, ["confirm"], []),
        (State.SOLVED, [], []),
    ],
)
def test_what_the_ticket_waits_for_stands_open(
    sign_in: SignIn, state: State, asker: list[str], worker: list[str]
) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=state, by=engineer)
    for person, expected in ((ticket.owner, asker), (engineer, worker)):
        opened = re.findall(r'<details[^>]* id="(\w+)"\s+open', page(sign_in(person), ticket))
        assert opened == expected


def test_the_whole_course_from_question_to_rating(sign_in: SignIn) -> None:
    ticket, engineer = factories.ticket(), factories.engineer()
    customer, desk = sign_in(ticket.owner), sign_in(engineer)

    take(desk, ticket, "claim")
    take(desk, ticket, "ask-more", body="请提供断号凭证的会计期间。")
    take(customer, ticket, "reply", body="2026 年 11 月，记账凭证。", attachments=factories.picture("断号.png"))
    take(desk, ticket, "answer", body="请执行断号整理后再结账。", attachments=factories.picture("步骤.png"))
    take(customer, ticket, "confirm", rating=4, comment="讲得清楚")

    assert state_of(ticket) == State.SOLVED
    shown = page(customer, ticket)
    for text in ("请提供断号凭证", "记账凭证", "断号.png", "请执行断号整理", "步骤.png", "讲得清楚", "满意度 4 分"):
        assert text in shown


def test_the_next_page_says_what_was_done(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    desk = sign_in(factories.engineer())
    answer = desk.post(f"{ticket.get_absolute_url()}claim/", follow=True)
    assert "您已受理这个问题。" in answer.content.decode()


@pytest.mark.parametrize("step", ["answer", "ask-more", "note", "reply", "reopen"])
def test_words_are_required_and_asked_for_beside_the_field(sign_in: SignIn, step: str) -> None:
    engineer = factories.engineer()
    state = State.ANSWERED if step == "reopen" else State.WORKING
    ticket = factories.ticket(state=state, by=engineer)
    client = sign_in(ticket.owner if step in ("reply", "reopen") else engineer)
    answer = take(client, ticket, step, body="  ")
    assert answer.status_code == 400
    assert f'id="id_{step.replace("-", "_")}_body_error"' in answer.content.decode()
    assert state_of(ticket) == state


@pytest.mark.parametrize("rating", ["", "0", "6", "满意"])
def test_a_rating_is_one_to_five(sign_in: SignIn, rating: str) -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    answer = take(sign_in(ticket.owner), ticket, "confirm", rating=rating, comment="谢谢您的帮助")
    assert answer.status_code == 400
    assert "谢谢您的帮助" in answer.content.decode()
    assert state_of(ticket) == State.ANSWERED


def test_who_comes_too_late_reads_how_it_stands_and_keeps_the_text(sign_in: SignIn) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=State.ANSWERED, by=engineer)
    answer = take(sign_in(engineer), ticket, "answer", body="补充一个更简单的办法")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "现在的状态是“待确认”" in text
    assert "补充一个更简单的办法" in text


def test_a_file_that_was_used_elsewhere_is_taken_out_and_the_others_stay(sign_in: SignIn) -> None:
    owner = factories.customer()
    used, free = factories.upload(owner), factories.upload(owner)
    factories.ticket(owner, uploads=[used])
    ticket, client = factories.ticket(owner), sign_in(owner)

    answer = take(client, ticket, "reply", body="请看截图", uploads=[str(used.pk), str(free.pk)])
    assert answer.status_code == 409
    kept = re.findall(r'name="uploads"\s+value="([\w-]+)"', answer.content.decode())
    assert kept == [str(free.pk)]
    assert take(client, ticket, "reply", body="请看截图", uploads=kept).status_code == 302


def test_an_engineer_claims_only_in_the_modules_they_serve(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    answer = take(sign_in(factories.engineer(modules=[])), ticket, "claim")
    assert answer.status_code == 403
    assert "不在您的服务范围内" in answer.content.decode()
    assert state_of(ticket) == State.WAITING


def test_only_who_works_on_it_answers(sign_in: SignIn) -> None:
    ticket = factories.ticket(state=State.WORKING)
    assert take(sign_in(factories.engineer()), ticket, "answer", body="我来答").status_code == 403
    assert take(sign_in(factories.supervisor()), ticket, "answer", body="主管答复").status_code == 302


def test_a_colleague_of_the_asker_takes_no_step(sign_in: SignIn) -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    colleague = sign_in(factories.customer(of=ticket.owner.company))
    assert steps_on(page(colleague, ticket)) == []
    assert take(colleague, ticket, "confirm", rating=1).status_code == 403
    assert state_of(ticket) == State.ANSWERED


def test_sending_a_step_twice_takes_it_once(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    client = sign_in(ticket.owner)
    key = key_of(page(client, ticket), "reply")
    first = take(client, ticket, "reply", body="补充截图", key=key)
    again = take(client, ticket, "reply", body="补充截图", key=key)
    assert first.url == again.url
    assert Event.objects.filter(kind=Event.Kind.REPLIED).count() == 1


def test_other_words_under_a_used_key_are_asked_about_and_kept(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    client = sign_in(ticket.owner)
    key = key_of(page(client, ticket), "reply")
    take(client, ticket, "reply", body="第一次补充", key=key)
    refused = take(client, ticket, "reply", body="第二次补充", key=key)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert "第二次补充" in text
    assert take(client, ticket, "reply", body="第二次补充", key=key_of(text, "reply")).status_code == 302
    assert Event.objects.filter(kind=Event.Kind.REPLIED).count() == 2


def test_the_key_of_a_form_changes_when_its_person_takes_a_step_and_only_then(sign_in: SignIn) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=State.WORKING, by=engineer)
    desk = sign_in(engineer)
    before = key_of(page(desk, ticket), "answer")
    workflow.reply(ticket.owner, ticket, "又试了一次")
    assert key_of(page(desk, ticket), "answer") == before
    workflow.note(engineer, ticket, "等研发回复")
    assert key_of(page(desk, ticket), "answer") != before


def test_a_text_is_stored_as_it_was_typed(sign_in: SignIn) -> None:
    ticket = factories.ticket()
    body = "SELECT *\n  FROM 凭证 WHERE 摘要 = '𠮷' AND 1 < 2 \u202e"
    take(sign_in(ticket.owner), ticket, "reply", body=body)
    assert Event.objects.get(kind=Event.Kind.REPLIED).body == body


@pytest.mark.parametrize("body", ["有\0零", "长" * 20_001, "坏\ufffd字"])
def test_a_text_that_cannot_be_kept_is_refused_with_words(sign_in: SignIn, body: str) -> None:
    ticket = factories.ticket()
    answer = take(sign_in(ticket.owner), ticket, "reply", body=body)
    assert answer.status_code == 400
    assert "id_reply_body_error" in answer.content.decode()


def test_internal_notes_are_for_staff_alone(sign_in: SignIn) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=State.WORKING, by=engineer)
    told = Notice.objects.filter(user=ticket.owner).count()
    take(sign_in(engineer), ticket, "note", body="疑似补丁 11.0.3 引起", attachments=factories.picture("内部.png"))
    shown = page(sign_in(factories.editor()), ticket)
    assert "疑似补丁" in shown
    assert "内部.png" in shown
    for reader in (ticket.owner, factories.customer()):
        hidden = page(sign_in(reader), ticket)
        assert "疑似补丁" not in hidden
        assert "内部.png" not in hidden
    assert Notice.objects.filter(user=ticket.owner).count() == told


def test_strangers_read_a_public_question_without_learning_who_asks(sign_in: SignIn) -> None:
    owner = factories.customer(real_name="欧阳建国", phone="13912345678")
    ticket = factories.ticket(owner, state=State.ANSWERED)
    shown = page(sign_in(factories.customer()), ticket)
    assert ticket.description in shown
    assert "执行断号整理" in shown
    for secret in ("欧阳建国", "13912345678", owner.username, str(owner.company)):
        assert secret not in shown
    seen_by_staff = page(sign_in(factories.engineer()), ticket)
    assert "欧阳建国" in seen_by_staff
    assert "13912345678" in seen_by_staff


def test_the_comment_of_a_rating_stays_between_asker_and_staff(sign_in: SignIn) -> None:
    ticket = factories.ticket(state=State.ANSWERED)
    take(sign_in(ticket.owner), ticket, "confirm", rating=2, comment="等了三天才有人理")
    assert "等了三天" in page(sign_in(ticket.owner), ticket)
    shown = page(sign_in(factories.customer()), ticket)
    assert "等了三天" not in shown
    assert "满意度" not in shown


@pytest.mark.parametrize("state", [State.WAITING, State.SOLVED])
def test_a_private_ticket_is_missing_for_all_but_its_asker_and_staff(sign_in: SignIn, state: State) -> None:
    ticket = factories.ticket(state=state, private=True)
    assert page(sign_in(ticket.owner), ticket)
    assert page(sign_in(factories.editor()), ticket)
    for stranger in (factories.customer(of=ticket.owner.company), factories.vip(administrator=True)):
        client = sign_in(stranger)
        assert client.get(ticket.get_absolute_url()).status_code == 404
        for verb in VERBS:
            assert take(client, ticket, verb.name).status_code in (403, 404)


def test_readings_are_those_of_other_customers(sign_in: SignIn) -> None:
    ticket = factories.ticket(state=State.SOLVED)
    page(sign_in(ticket.owner), ticket)
    page(sign_in(factories.engineer()), ticket)
    assert not Reading.objects.exists()
    reader = factories.customer()
    page(sign_in(reader), ticket)
    page(sign_in(reader), ticket)
    assert Reading.objects.get().reader == reader


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_keeps_nobody_from_reading(sign_in: SignIn) -> None:
    ticket, reader = factories.ticket(state=State.SOLVED), sign_in(factories.customer())
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON entries_reading EXECUTE FUNCTION full_disk()"
        )
    try:
        assert page(reader, ticket)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk CASCADE")


@pytest.mark.parametrize("replies", [1, 12])
def test_a_long_timeline_costs_no_more_queries(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, replies: int
) -> None:
    engineer = factories.engineer()
    ticket = factories.ticket(state=State.WORKING, by=engineer)
    for place in range(replies):
        workflow.reply(ticket.owner, ticket, f"第 {place} 次补充", [factories.upload(ticket.owner)])
    product_tree()  # which each process keeps
    for reader in (ticket.owner, engineer, factories.customer()):
        client: Any = sign_in(reader)
        with django_assert_max_num_queries(9):
            client.get(ticket.get_absolute_url())


def test_visitors_see_no_ticket() -> None:
    factories.ticket()
    assert not Ticket.objects.visible_to(AnonymousUser()).exists()


def test_a_person_is_named_to_others_by_their_part(sign_in: SignIn) -> None:
    engineer: User = factories.engineer(real_name="赵铁柱")
    ticket = factories.ticket(state=State.ANSWERED, by=engineer)
    shown = page(sign_in(ticket.owner), ticket)
    assert engineer.staff_number is not None
    assert engineer.staff_number in shown
    assert "赵铁柱" not in shown
