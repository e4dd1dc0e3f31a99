"""People: how they are named to each other, what the database guarantees, the terms."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clouddesk.accounts.models import Application, Role, User
from clouddesk.catalog.models import Vendor
from clouddesk.ui import branding
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_customer_is_named_in_full_to_themselves_and_to_staff() -> None:
    asker = factories.customer(real_name="王晓梅")
    assert asker.name_for(asker) == "王晓梅"
    for role in Role:
        assert asker.name_for(factories.staff(role)) == "王晓梅"


def test_to_anybody_else_a_customer_is_a_family_name() -> None:
    employer = factories.company()
    asker = factories.customer(of=employer, real_name="王晓梅")
    others: list[User | AnonymousUser] = [
        factories.customer(of=employer),
        factories.customer(),
        factories.vip(administrator=True, of=employer),
        AnonymousUser(),
    ]
    assert {asker.name_for(other) for other in others} == {"王**"}


def test_a_rare_family_name_is_not_torn() -> None:
    assert factories.customer(real_name="\U00020bb7野").name_for(AnonymousUser()) == "\U00020bb7**"


def test_staff_are_known_by_their_number() -> None:
    engineer = factories.staff(Role.ENGINEER, real_name="李建国")
    editor = factories.staff(Role.EDITOR)
    both = factories.staff(Role.SUPERVISOR, Role.ENGINEER)
    customer = factories.customer()
    assert [person.name_for(customer) for person in (engineer, editor, both)] == [
        f"工程师 {engineer.staff_number}",
        f"编辑 {editor.staff_number}",
        f"工程师 {both.staff_number}",
    ]
    named = f"李建国（工程师 {engineer.staff_number}）"
    assert engineer.name_for(editor) == engineer.name_for(engineer) == named


def test_names_are_told_without_asking_the_database(django_assert_num_queries: type) -> None:
    asker, staff = factories.customer(), factories.engineer()
    with django_assert_num_queries(0):
        assert asker.name_for(staff)
        assert staff.name_for(asker)


def test_a_user_name_is_one_persons_whatever_its_case() -> None:
    factories.customer(username="WangXiaomei")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.customer(username="wangxiaoMEI")


def test_a_person_is_found_whatever_the_case_by_index() -> None:
    found = User.objects.filter(username__iexact="wangxiaomei")
    assert "username_once" in found.explain() or "Seq Scan" in found.explain()  # few rows are read at once
    assert 'UPPER("accounts_user"."username"' in str(found.query)


def test_vip_ends_with_the_contract() -> None:
    assert factories.vip(days_left=0).is_vip
    assert not factories.vip(days_left=-1).is_vip
    assert not factories.customer().is_vip


def test_one_application_of_a_kind_waits_at_a_time() -> None:
    person = factories.customer()
    Application.objects.create(user=person, kind=Application.Kind.ADMINISTRATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(user=person, kind=Application.Kind.ADMINISTRATOR)


def test_an_application_for_vip_has_a_service_code() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(user=factories.customer(), kind=Application.Kind.VIP)


def test_staff_have_a_number() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.customer(roles=[Role.ENGINEER])


def test_the_terms_are_what_the_operator_wrote(client: Client) -> None:
    Vendor.objects.create(pk=1, name="浪潮", terms="一、账号\n  1. 由您<本人>使用。")
    branding.forget()
    page = client.get(reverse("accounts:terms")).content.decode()
    assert "一、账号\n  1. 由您&lt;本人&gt;使用。" in page
    assert "浪潮云的服务条款" in client.get(reverse("accounts:register")).content.decode()


def test_without_terms_the_page_says_so(client: Client) -> None:
    branding.forget()
    page = client.get(reverse("accounts:terms")).content.decode()
    assert "还没有填写服务条款" in page
    assert "主管在“产品目录”中填写" in page  # 管理员 are the customers'
