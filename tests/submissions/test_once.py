"""Sending twice makes one: double clicks, retries and races, on a real database."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from clouddesk.accounts.models import Company
from clouddesk.submissions import workflow
from clouddesk.submissions.models import Draft, Receipt
from clouddesk.submissions.workflow import AlreadySentError, once
from tests import factories
from tests.racing import at_once


def make_company(name: str) -> str:
    return f"/companies/{Company.objects.create(name=name).pk}/"


@pytest.mark.django_db
def test_the_same_again_leads_to_the_same_address_without_doing_it() -> None:
    user, key = factories.customer(), uuid4()
    urls = [once(user, "form", key, {"a": 1, "b": "二"}, lambda: make_company("once")) for _ in range(3)]
    assert len(set(urls)) == 1
    assert Company.objects.filter(name="once").count() == 1


@pytest.mark.django_db
def test_the_order_of_fields_is_no_difference() -> None:
    user, key = factories.customer(), uuid4()
    first = once(user, "form", key, {"a": 1, "b": 2}, lambda: make_company("order"))
    assert once(user, "form", key, {"b": 2, "a": 1}, lambda: make_company("order")) == first


@pytest.mark.django_db
def test_other_content_under_the_same_key_is_refused_and_told_where_the_first_went() -> None:
    user, key = factories.customer(), uuid4()
    first = once(user, "form", key, {"a": 1}, lambda: make_company("first"))
    with pytest.raises(AlreadySentError) as refusal:
        once(user, "form", key, {"a": 2}, lambda: make_company("second"))
    assert refusal.value.url == first
    assert not Company.objects.filter(name="second").exists()


@pytest.mark.django_db
def test_another_form_under_the_same_key_is_refused() -> None:
    user, key = factories.customer(), uuid4()
    once(user, "reply", key, {"a": 1}, lambda: make_company("reply"))
    with pytest.raises(AlreadySentError):
        once(user, "reopen", key, {"a": 1}, lambda: make_company("reopen"))


@pytest.mark.django_db
def test_keys_of_different_people_have_nothing_to_do_with_each_other() -> None:
    key = uuid4()
    one = once(factories.customer(), "form", key, {"a": 1}, lambda: make_company("mine"))
    other = once(factories.customer(), "form", key, {"a": 1}, lambda: make_company("yours"))
    assert one != other


@pytest.mark.django_db
def test_without_a_key_each_sending_counts() -> None:
    user = factories.customer()
    assert once(user, "form", None, {}, lambda: "/one/") == "/one/"
    assert once(user, "form", None, {}, lambda: "/two/") == "/two/"


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_no_receipt() -> None:
    user, key = factories.customer(), uuid4()

    def fail() -> str:
        make_company("half")
        raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        once(user, "form", key, {}, fail)
    assert not Company.objects.filter(name="half").exists()
    assert once(user, "form", key, {}, lambda: "/whole/") == "/whole/"


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_is_made_and_all_get_its_address() -> None:
    user, key = factories.customer(), uuid4()

    def act() -> str:
        return once(user, "form", key, {"a": 1}, lambda: make_company("raced"))

    urls = at_once(*[act] * 8)
    assert len(set(urls)) == 1, urls
    assert Company.objects.filter(name="raced").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_takes_over_when_that_fails() -> None:
    user, key = factories.customer(), uuid4()
    inside = Event()

    def first() -> str:
        def slow() -> str:
            inside.set()
            _wait_until_somebody_is_blocked()
            raise RuntimeError("gave up")

        return once(user, "form", key, {}, slow)

    def second() -> str:
        assert inside.wait(20)
        return once(user, "form", key, {}, lambda: "/second/")

    failed, url = at_once(first, second)
    assert isinstance(failed, RuntimeError)
    assert url == "/second/"


def _wait_until_somebody_is_blocked() -> None:
    deadline = timezone.now() + timedelta(seconds=20)
    with connection.cursor() as cursor:
        while timezone.now() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


@pytest.mark.django_db
def test_the_key_of_a_form_changes_when_it_is_sent_and_only_then() -> None:
    user = factories.customer()
    key = workflow.form_key(user, "ticket")
    once(user, "reply", uuid4(), {}, lambda: "/reply/")
    assert workflow.form_key(user, "ticket") == key
    once(user, "ticket", key, {}, lambda: "/ticket/")
    assert workflow.form_key(user, "ticket") != key
    assert workflow.form_key(factories.customer(), "ticket") != key


@pytest.mark.django_db
def test_sending_forgets_the_draft() -> None:
    user, key = factories.customer(), uuid4()
    workflow.keep_draft(user, "ticket", {"key": str(key), "title": "x"})
    once(user, "reply", uuid4(), {}, lambda: "/reply/")
    assert Draft.objects.count() == 1
    once(user, "ticket", key, {}, lambda: "/ticket/")
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_receipts_go_after_thirty_days_and_drafts_after_ninety() -> None:
    user = factories.customer()
    once(user, "form", uuid4(), {}, lambda: "/")
    workflow.keep_draft(user, "ticket", {})
    now = timezone.now()
    assert workflow.remove_old(now + timedelta(days=29)) == 0
    assert workflow.remove_old(now + timedelta(days=31)) == 1
    assert not Receipt.objects.exists()
    assert workflow.remove_old(now + timedelta(days=91)) == 1
