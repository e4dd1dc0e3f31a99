"""消息: what one was told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clouddesk.notifications.models import Notice
from clouddesk.notifications.workflow import tell
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def test_without_messages_the_page_says_so(sign_in: SignIn) -> None:
    page = sign_in(factories.customer()).get("/messages/").content.decode()
    assert "还没有消息" in page
    assert "全部标为已读" not in page


def test_messages_stand_newest_first_and_in_pages(sign_in: SignIn) -> None:
    person = factories.customer()
    for number in range(25):
        tell(person, f"第{number:02d}条", "/")
    client = sign_in(person)
    first, second = (client.get("/messages/", {"page": page}).content.decode() for page in (1, 2))
    assert first.index("第24条") < first.index("第05条")
    assert "第04条" not in first
    assert "第04条" in second
    assert "第 2 页，共 2 页" in second
    for odd in ("0", "-1", "abc", "99999999999999999999"):
        assert client.get("/messages/", {"page": odd}).status_code == 200


def test_opening_marks_one_as_read_and_leads_to_what_it_is_about(sign_in: SignIn) -> None:
    person = factories.customer()
    notice, other = tell(person, "有了答复", "/tickets/x/"), tell(person, "另一条", "/")
    answer = sign_in(person).post(f"/messages/{notice.pk}/open/")
    assert answer["Location"] == "/tickets/x/"
    notice.refresh_from_db()
    other.refresh_from_db()
    assert notice.read_at is not None
    assert other.read_at is None


def test_opening_again_keeps_the_first_time(sign_in: SignIn) -> None:
    person = factories.customer()
    notice = tell(person, "有了答复", "/")
    client = sign_in(person)
    client.post(f"/messages/{notice.pk}/open/")
    first = Notice.objects.get().read_at
    client.post(f"/messages/{notice.pk}/open/")
    assert Notice.objects.get().read_at == first


def test_reading_the_list_marks_nothing(sign_in: SignIn) -> None:
    person = factories.customer()
    tell(person, "有了答复", "/")
    client = sign_in(person)
    assert "notice-unread" in client.get("/messages/").content.decode()
    assert "notice-unread" in client.get("/messages/").content.decode()


def test_all_can_be_marked_as_read_and_only_ones_own(sign_in: SignIn) -> None:
    person, other = factories.customer(), factories.customer()
    for reader in (person, person, other):
        tell(reader, "有了答复", "/")
    client = sign_in(person)
    assert client.post("/messages/read/")["Location"] == "/messages/"
    assert list(Notice.objects.filter(read_at=None)) == list(Notice.objects.filter(user=other))
    assert "notice-unread" not in client.get("/messages/").content.decode()


def test_a_message_of_another_is_as_good_as_missing(sign_in: SignIn) -> None:
    notice = tell(factories.customer(), "别人的消息", "/tickets/x/")
    client = sign_in(factories.customer())
    answers = [client.post(f"/messages/{pk}/open/") for pk in (notice.pk, notice.pk + 1000, 10**30)]
    assert {answer.status_code for answer in answers} == {404}
    assert "别人的消息" not in client.get("/messages/").content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_looking_changes_nothing(sign_in: SignIn) -> None:
    person = factories.customer()
    notice = tell(person, "有了答复", "/")
    client = sign_in(person)
    assert client.get("/messages/read/").status_code == 405
    assert client.get(f"/messages/{notice.pk}/open/").status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_page_asks_the_database_the_same_for_one_and_for_twenty(
    sign_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    person = factories.customer()
    for _ in range(45):
        tell(person, "<b>有了答复</b>", "/")
    client = sign_in(person)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        page = client.get("/messages/").content.decode()
    assert "<b>有了" not in page
