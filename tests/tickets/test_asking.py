"""我要提问: the form, its faults, its files, and that sending twice asks once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from clouddesk.accounts.models import User
from clouddesk.entries.models import Entry, Shelf
from clouddesk.files.models import Upload
from clouddesk.submissions.workflow import form_key, keep_draft
from clouddesk.tickets.models import Event, State, Ticket
from tests import factories
from tests.racing import at_once

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
ADDRESS = "/tickets/new/"


@pytest.fixture
def person() -> User:
    return factories.customer()


@pytest.fixture
def client(person: User, sign_in: SignIn) -> Client:
    return sign_in(person)


def fields(**changes: Any) -> dict[str, Any]:
    lists = factories.catalogue()
    filled = {
        "product": lists.ps.pk,
        "module": lists.module().pk,
        "version": lists.version().pk,
        "kind": lists.kind.pk,
        "urgency": 2,
        "title": "资产负债表取数不平",
        "description": "十一月资产负债表期末数与总账差 0.01 元。\n已重新计算两次。",
        **changes,
    }
    return {name: value for name, value in filled.items() if value is not None}


def errors(answer: Any) -> dict[str, list[str]]:
    """The messages on the page by field, as they stand in it."""
    found = re.findall(r'id="id_(\w+)_error"[^>]*>(.*?)</(?:div|ul)>', answer.content.decode(), re.S)
    return {name: re.findall(r"<span>(.*?)</span>", block) for name, block in found}


def test_every_field_of_the_manual_stands_there_in_its_order(client: Client) -> None:
    factories.catalogue()
    page = client.get(ADDRESS).content.decode()
    main = page[page.index('id="main"') :]
    words = ["产品名称", "应用模块", "使用版本", "问题类型", "问题紧急程度", "问题标题", "问题描述"]
    words += ["添加附件", "此问题不对其他用户公开", "确定"]
    places = [re.search(rf">\s*{word}\s*<", main) for word in words]
    assert all(places), words
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)
    for urgency in ("特别紧急", "紧急", "一般紧急", "不紧急"):
        assert urgency in main
    required = re.findall(r'class="form-label required"[^>]*>([^<]+)<', main)
    assert required == words[:7]


def test_a_question_becomes_a_ticket(client: Client, person: User) -> None:
    answer = client.post(ADDRESS, fields(private="on"))
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == ticket.get_absolute_url()
    assert re.fullmatch(r"WT\d{8}-000001", ticket.number)
    assert (ticket.owner, ticket.company, ticket.state) == (person, person.company, State.WAITING)
    assert (ticket.title, ticket.urgency, ticket.private) == ("资产负债表取数不平", 2, True)
    assert ticket.description == "十一月资产负债表期末数与总账差 0.01 元。\n已重新计算两次。"
    assert ticket.shelf == Shelf.HIDDEN
    assert list(ticket.events.values_list("kind", "actor")) == [(Event.Kind.SUBMITTED, person.pk)]


def test_it_is_found_by_its_words_and_number_at_once(client: Client, person: User) -> None:
    client.post(ADDRESS, fields())
    entry = Entry.objects.get()
    for query in ("资产负债表", "重新计算", entry.number):
        assert entry in Entry.objects.visible_to(person).matching(query)
    assert entry not in Entry.objects.visible_to(person).matching("固定资产折旧")


def test_all_faults_are_told_at_once_and_nothing_is_lost(client: Client) -> None:
    text = "一" * 20_001
    sent = {"title": "题" * 101, "description": text, "private": "on", "urgency": "9", "product": "x"}
    answer = client.post(ADDRESS, sent)
    told = errors(answer)
    assert answer.status_code == 400
    assert set(told) == {"product", "module", "version", "kind", "urgency", "title", "description"}
    assert all(told.values())
    assert "101" in told["title"][0]
    page = answer.content.decode()
    assert "题" * 101 in page
    assert text in page
    assert re.search(r'name="private"[^>]*checked', page)
    assert not Ticket.objects.exists()


def test_module_and_version_must_belong_to_the_product(client: Client) -> None:
    lists = factories.catalogue()
    answer = client.post(ADDRESS, fields(module=lists.module(lists.gs).pk, version=lists.version(lists.gs).pk))
    assert set(errors(answer)) == {"module", "version"}


def test_what_is_no_longer_offered_cannot_be_chosen(client: Client) -> None:
    lists = factories.catalogue()
    module, version = lists.module(), lists.version()
    for item in (module, version, lists.kind):
        item.active = False
        item.save()
    answer = client.post(ADDRESS, fields(module=module.pk, version=version.pk))
    assert set(errors(answer)) == {"module", "version", "kind"}
    page = client.get(ADDRESS).content.decode()
    assert f'<option value="{version.pk}" data-of="{lists.ps.pk}"' not in page


@pytest.mark.parametrize("title", ["\u202e假标题", "两\n行", "a\0b", "\u2066x\u2069", "\x1b[31m红", "\ufeff题", "   "])
def test_a_title_with_invisible_characters_is_refused_with_words(client: Client, title: str) -> None:
    answer = client.post(ADDRESS, fields(title=title))
    assert answer.status_code == 400
    assert set(errors(answer)) == {"title"}


HOSTILE = [
    "𠮷野家𪚥",
    "\u202e倒\u202c",
    "<script>alert(1)</script>",
    "'); DROP TABLE x;--",
    "{{ 7*7 }}{% x %}",
    "%s %(a)s",
    "\\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_stored_exactly_and_shown_harmless(client: Client, text: str) -> None:
    answer = client.post(ADDRESS, fields(description=text, title="题" * 200))
    assert "<script>alert" not in answer.content.decode()
    assert client.post(ADDRESS, fields(description=text)).status_code == 302
    assert Ticket.objects.get().description == text


@pytest.mark.parametrize("text", ["a\0b", "\ufdd0", b"\xed\xa0\xbd half a pair", b"\xff\xfe no utf-8"])
def test_what_cannot_be_stored_exactly_is_refused_with_words(client: Client, text: str | bytes) -> None:
    for name in ("title", "description"):
        body = urlencode(fields(**{name: text}))
        answer = client.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")
        assert set(errors(answer)) == {name}


@pytest.mark.parametrize(
    "name", ["product", "module", "kind", "urgency", "title", "description", "private", "key", "uploads"]
)
def test_a_megabyte_in_any_field_is_refused_with_a_page(client: Client, name: str) -> None:
    answer = client.post(ADDRESS, fields(**{name: "长" * 350_000}))
    assert answer.status_code == (302 if name == "private" else 400)
    assert Ticket.objects.count() == (1 if name == "private" else 0)


def test_a_request_beyond_every_bound_gets_a_page_in_words(client: Client) -> None:
    answer = client.post(ADDRESS, fields(description="x" * 3_000_000))
    assert answer.status_code in (400, 413)
    assert not Ticket.objects.exists()


def test_line_ends_count_once(client: Client) -> None:
    assert client.post(ADDRESS, fields(description="行\r\n" * 9_999 + "尾")).status_code == 302
    assert Ticket.objects.get().description == "行\n" * 9_999 + "尾"


def test_files_uploaded_ahead_and_sent_along_are_attached_in_order(client: Client, person: User) -> None:
    ahead = factories.upload(person, factories.picture("先.png"))
    along = [SimpleUploadedFile("后.log", b"ORA-01555"), factories.picture("再后.png")]
    client.post(ADDRESS, fields(uploads=[ahead.pk], attachments=along))
    names = Event.objects.get().attachments.values_list("upload__name", flat=True)
    assert list(names) == ["先.png", "后.log", "再后.png"]


def test_a_bad_file_is_told_beside_the_field_and_the_good_ones_are_kept(client: Client) -> None:
    files = [factories.picture("好.png"), SimpleUploadedFile("坏.svg", b"<svg/>"), SimpleUploadedFile("空.txt", b"")]
    answer = client.post(ADDRESS, fields(attachments=files))
    assert answer.status_code == 400
    told = " ".join(errors(answer)["attachments"])
    assert "坏.svg" in told
    assert "空.txt" in told
    kept = Upload.objects.get()
    assert kept.name == "好.png"
    page = answer.content.decode()
    assert re.search(rf'name="uploads"\s+value="{kept.pk}"\s+checked', page)
    assert client.post(ADDRESS, fields(uploads=[kept.pk])).status_code == 302
    assert Event.objects.get().attachments.get().upload == kept


def test_good_files_are_kept_when_another_field_is_wrong(client: Client) -> None:
    answer = client.post(ADDRESS, fields(title="", attachments=[factories.picture()]))
    assert str(Upload.objects.get().pk) in answer.content.decode()


def test_a_file_over_the_limit_is_answered_413_with_words(client: Client) -> None:
    with override_settings(UPLOAD_MAX_BYTES=1024 * 1024):
        answer = client.post(ADDRESS, fields(attachments=[SimpleUploadedFile("大.log", b"x" * 1_100_000)]))
    assert answer.status_code == 413
    assert "大.log" in errors(answer)["attachments"][0]
    assert not Ticket.objects.exists()


def test_more_than_twenty_files_are_refused_with_words(client: Client, person: User) -> None:
    ahead = [factories.upload(person).pk for _ in range(21)]
    assert "20" in errors(client.post(ADDRESS, fields(uploads=ahead)))["attachments"][0]
    assert client.post(ADDRESS, fields(uploads=ahead[:20])).status_code == 302


@pytest.mark.parametrize("uploads", [["abc"], [str(uuid4())], [""]])
def test_ids_of_files_that_are_not_there_are_refused(client: Client, uploads: list[str]) -> None:
    assert client.post(ADDRESS, fields(uploads=uploads)).status_code == 400
    assert not Ticket.objects.exists()


def test_files_of_others_cannot_be_taken(client: Client) -> None:
    foreign = factories.upload(factories.customer())
    assert "attachments" in errors(client.post(ADDRESS, fields(uploads=[foreign.pk])))
    assert not Ticket.objects.exists()


def test_a_file_is_attached_once(client: Client, person: User) -> None:
    upload = factories.upload(person)
    factories.ticket(person, uploads=[upload])
    answer = client.post(ADDRESS, fields(uploads=[upload.pk]))
    assert answer.status_code == 409
    assert "attachments" in errors(answer)
    assert Ticket.objects.count() == 1


def test_sending_again_leads_to_the_same_ticket(client: Client, person: User) -> None:
    upload = factories.upload(person)
    sent = fields(key=form_key(person, "ticket"), uploads=[upload.pk])
    first, second = client.post(ADDRESS, sent), client.post(ADDRESS, sent)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_sending_again_with_the_same_files_along_leads_to_the_same_ticket(client: Client, person: User) -> None:
    key = form_key(person, "ticket")
    for _ in range(2):
        answer = client.post(ADDRESS, fields(key=key, attachments=[factories.picture()]))
        assert answer["Location"] == Ticket.objects.get().get_absolute_url()


def test_the_same_key_with_other_content_is_refused_and_can_be_sent_as_another(client: Client, person: User) -> None:
    key = form_key(person, "ticket")
    client.post(ADDRESS, fields(key=key))
    answer = client.post(ADDRESS, fields(key=key, title="另一个问题"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "另一个问题" in page
    assert Ticket.objects.get().get_absolute_url() in page
    fresh = re.search(r'name="key" value="([^"]+)"', page)
    assert fresh
    assert fresh[1] != str(key)
    assert client.post(ADDRESS, fields(key=fresh[1], title="另一个问题")).status_code == 302
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_once(person: User, sign_in: SignIn) -> None:
    sent = fields(key=form_key(person, "ticket"))
    clients = [sign_in(person) for _ in range(6)]
    answers = at_once(*[lambda client=client: client.post(ADDRESS, sent) for client in clients])
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {Ticket.objects.get().get_absolute_url()}


@pytest.mark.django_db(transaction=True)
def test_questions_at_once_get_numbers_without_gap_or_double(sign_in: SignIn) -> None:
    sent = fields()
    clients = [sign_in(factories.customer()) for _ in range(6)]
    at_once(*[lambda client=client: client.post(ADDRESS, sent) for client in clients])
    numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == [f"{n:06d}" for n in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_leaves_nothing_and_can_be_sent_again(client: Client, person: User) -> None:
    sent = fields(key=form_key(person, "ticket"))
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError("crash")), pytest.raises(RuntimeError):
        client.post(ADDRESS, sent)
    assert not Entry.objects.exists()
    assert client.post(ADDRESS, sent).status_code == 302


def test_the_draft_is_restored_with_its_files_and_gone_once_sent(client: Client, person: User) -> None:
    lists, upload = factories.catalogue(), factories.upload(person, factories.picture("草稿图.png"))
    key = str(form_key(person, "ticket"))
    draft = {"product": str(lists.gs.pk), "title": "没写完的问题", "private": "on", "urgency": "1"}
    keep_draft(person, "ticket", {**draft, "key": key, "uploads": [str(upload.pk)]})
    page = client.get(ADDRESS).content.decode()
    assert "没写完的问题" in page
    assert "草稿图.png" in page
    assert re.search(rf'<option value="{lists.gs.pk}" selected>', page)
    assert re.search(r'value="1"\s+checked', page)
    assert re.search(r'name="private"[^>]*checked', page)
    assert not re.search(r"data-draft-notice\s+hidden", page)
    client.post(ADDRESS, fields(key=key))
    page = client.get(ADDRESS).content.decode()
    assert "没写完的问题" not in page
    assert re.search(r"data-draft-notice\s+hidden", page)


def test_product_module_and_version_of_the_last_question_are_chosen(client: Client) -> None:
    lists = factories.catalogue()
    chosen = {"product": lists.gs.pk, "module": lists.module(lists.gs).pk, "version": lists.version(lists.gs).pk}
    client.post(ADDRESS, fields(**chosen))
    page = client.get(ADDRESS).content.decode()
    for pk in chosen.values():
        assert re.search(rf'<option value="{pk}"[^>]*\bselected\b', page)


def test_an_expired_session_leads_back_to_the_form(sign_in: SignIn) -> None:
    answer = sign_in().post(ADDRESS, fields(), headers={"referer": f"http://testserver{ADDRESS}"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("next=%2Ftickets%2Fnew%2F")
    assert not Ticket.objects.exists()


def test_staff_do_not_ask(sign_in: SignIn) -> None:
    engineer = sign_in(factories.engineer())
    assert engineer.get(ADDRESS).status_code == 403
    assert engineer.post(ADDRESS, fields()).status_code == 403


def test_the_page_and_the_sending_ask_the_database_little(
    client: Client, person: User, django_assert_max_num_queries: Any
) -> None:
    sent = fields(key=form_key(person, "ticket"), uploads=[factories.upload(person).pk])
    with django_assert_max_num_queries(12):
        client.get(ADDRESS)
    with django_assert_max_num_queries(24):
        assert client.post(ADDRESS, sent).status_code == 302


def test_like_solved_questions_are_offered_while_typing(client: Client, person: User) -> None:
    solved = factories.ticket(state=State.SOLVED, title="月末结账提示凭证断号怎么处理")
    factories.ticket(state=State.SOLVED, title="凭证断号的内部问题", private=True)
    factories.ticket(title="凭证断号还没有人回答")
    page = client.get("/tickets/similar/", {"title": "凭证断号"}).content.decode()
    assert solved.title in page
    assert solved.get_absolute_url() in page
    assert "内部问题" not in page
    assert "还没有人" not in page


@pytest.mark.parametrize("title", ["", "断", "???", "x" * 5000, "'&|!():*"])
def test_titles_that_find_nothing_offer_nothing(client: Client, title: str) -> None:
    answer = client.get("/tickets/similar/", {"title": title})
    assert answer.status_code == 200
    assert not answer.content.strip()
