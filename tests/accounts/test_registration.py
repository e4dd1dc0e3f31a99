"""免费注册 (manual 1a, spec 1)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from clouddesk.accounts import guessing
from clouddesk.accounts.models import Application, Company, User
from clouddesk.catalog.models import Product
from tests import factories
from tests.accounts.forms import PASSWORD, Page, faults, filled, register, register_bytes, sign_in
from tests.racing import at_once

TEXT_FIELDS = [
    "username",
    "password",
    "password_again",
    "real_name",
    "company",
    "email",
    "phone",
    "product",
    "region",
    "qq",
    "birth_date",
    "serial_number",
    "service_code",
]
LINES = ["company", "region", "serial_number", "service_code"]  # any text that can be read
RARE_HAN = "\U00020bb7\U0002a6b2\U00031350"  # of the extensions B, B and H: four bytes each


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    factories.catalogue()


def test_everything_is_kept(client: Client) -> None:
    response = register(
        client,
        product="PS/GS",
        region="山东济南",
        qq="12345678",
        birth_date="1985-03-02",
        serial_number="GS-2026-0001",
        service_code="FW-LD-202601",
        apply_vip="on",
        apply_admin="on",
    )
    assert response.status_code == 302
    user = User.objects.get()
    assert user.company is not None
    kept = {name: getattr(user, name) for name in ("username", "real_name", "email", "phone", "region", "qq")}
    assert kept == {
        "username": "wangxiaomei",
        "real_name": "王晓梅",
        "email": "wangxiaomei@ludai.example",
        "phone": "13800101500",
        "region": "山东济南",
        "qq": "12345678",
    }
    assert user.company.name == "鲁岱重机集团有限公司"
    assert (user.birth_date, user.serial_number) == (date(1985, 3, 2), "GS-2026-0001")
    assert [product.code for product in user.products.all()] == ["PS", "GS"]
    assert user.check_password(PASSWORD)
    assert user.agreed_at is not None
    assert user.is_customer


def test_applying_gives_nothing_yet(client: Client) -> None:
    register(client, service_code="FW-LD-202601", apply_vip="on", apply_admin="on")
    user = User.objects.get()
    assert not user.is_vip
    assert not user.is_administrator
    applications = user.applications.order_by("pk").values_list("kind", "state", "service_code")
    waiting = Application.State.WAITING
    assert list(applications) == [("vip", waiting, "FW-LD-202601"), ("administrator", waiting, "FW-LD-202601")]


def test_an_existing_contract_gives_nothing_to_who_types_its_code(client: Client) -> None:
    contract = factories.contract(factories.company("鲁岱重机集团有限公司"))
    register(client, service_code=contract.code, apply_vip="on")
    assert not User.objects.get().is_vip


def test_the_sign_in_page_opens_with_the_name_filled_in(client: Client) -> None:
    response = client.post(reverse("accounts:register"), filled(), follow=True)
    assert response.request["PATH_INFO"] == reverse("accounts:login")
    assert Page(response).values["username"] == "wangxiaomei"
    assert "注册已完成" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_was_on_the_way_to_a_page_gets_there(client: Client) -> None:
    response = client.post(reverse("accounts:register"), filled(next="/tickets/mine/"))
    assert response["Location"].endswith("&next=%2Ftickets%2Fmine%2F")
    elsewhere = client.post(reverse("accounts:register"), filled(username="second", next="https://evil.example/"))
    assert "evil" not in elsewhere["Location"]


def test_all_faults_are_named_at_once_and_nothing_typed_is_lost(client: Client) -> None:
    typed = {
        "username": "张三_1",
        "password": "12345",
        "password_again": "123456",
        "real_name": "Zhang",
        "company": "单" * 101,
        "email": "wang@",
        "phone": "12345",
        "product": "XX",
        "region": "区" * 61,
        "qq": "12",
        "birth_date": "2026-02-30",
        "serial_number": "号" * 61,
        "service_code": "",
        "apply_vip": "on",
        "agree": None,
    }
    response = register(client, **typed)
    assert response.status_code == 400
    assert set(faults(response)) == set(typed) - {"apply_vip"}
    page = Page(response)
    lines = {name: value for name, value in typed.items() if name not in {"product", "apply_vip", "agree"}}
    assert {name: page.values[name] for name in lines} == lines
    assert page.checked == {"apply_vip"}
    assert not User.objects.exists()
    assert not Company.objects.exists()


def test_an_empty_form_names_every_required_field(client: Client) -> None:
    response = client.post(reverse("accounts:register"), {})
    required = {"username", "password", "password_again", "real_name", "company", "email", "phone", "product", "agree"}
    assert set(faults(response)) == required


def test_passwords_go_back_only_to_where_nobody_keeps_them(client: Client) -> None:
    response = register(client, agree=None)
    assert Page(response).values["password"] == Page(response).values["password_again"] == PASSWORD
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("username", ["wang", "WANG2026", "7", "a" * 30])
def test_user_names_of_letters_and_digits(client: Client, username: str) -> None:
    assert register(client, username=username).status_code == 302
    assert User.objects.get().username == username


@pytest.mark.parametrize(
    "username", ["王", "wang_1", "wang-1", "wa ng", "wang.", "ｗａｎｇ", "wáng", "w@ng", "\u0430" * 5, "a" * 31]
)
def test_other_user_names_are_refused(client: Client, username: str) -> None:
    assert "username" in faults(register(client, username=username))


@pytest.mark.parametrize("username", ["WangXiaoMei", "WANGXIAOMEI", "wangxiaomei"])
def test_a_user_name_is_taken_whatever_its_case(client: Client, username: str) -> None:
    factories.customer(username="WangXiaomei")
    assert faults(register(client, username=username)) == {"username": "这个用户名已被使用，请换一个。"}


@pytest.mark.parametrize(
    "name",
    ["王晓梅", "欧阳修", "买买提·艾合买提", "阿卜杜·热西提·库尔班", f"王{RARE_HAN[0]}", RARE_HAN, "㛃玉", "张〇"],
)
def test_real_names_in_chinese_characters(client: Client, name: str) -> None:
    assert register(client, real_name=name).status_code == 302
    assert User.objects.get().real_name == name


@pytest.mark.parametrize("dot", ["•", "‧", "・", "．", "⋅"])
def test_the_middle_dot_is_kept_in_one_form(client: Client, dot: str) -> None:
    register(client, real_name=f"买买提{dot}艾合买提")
    assert User.objects.get().real_name == "买买提·艾合买提"


@pytest.mark.parametrize(
    "name",
    [
        "Wang",
        "王Xiaomei",
        "王晓梅1",
        "王",
        "·王晓",
        "王晓·",
        "王··晓",
        "ワンさん",
        "왕샤오",
        "王😀",
        "王\u202e晓",
        "⼀⼆",
        "王" * 31,
    ],
)
def test_other_real_names_are_refused(client: Client, name: str) -> None:
    assert "real_name" in faults(register(client, real_name=name))


@pytest.mark.parametrize(
    "email", ["wang", "wang@", "@ludai.example", "wang@ludai", "wang ludai@a.cn", "a" * 120 + "@b.cn"]
)
def test_wrong_mail_addresses_are_refused(client: Client, email: str) -> None:
    assert "email" in faults(register(client, email=email))


def test_a_mail_address_may_be_shared(client: Client) -> None:
    factories.customer(email="caiwu@ludai.example")
    assert register(client, email="caiwu@ludai.example").status_code == 302


@pytest.mark.parametrize(("chosen", "codes"), [("PS", ["PS"]), ("GS", ["GS"]), ("PS/GS", ["PS", "GS"])])
def test_one_product_or_both(client: Client, chosen: str, codes: list[str]) -> None:
    register(client, product=chosen)
    assert [product.code for product in User.objects.get().products.all()] == codes


def test_the_products_are_the_operators(client: Client) -> None:
    Product.objects.filter(code="PS").update(active=False)
    Product.objects.create(code="HCM", name="人力云", standard_name="人力云", position=9)
    page = client.get(reverse("accounts:register")).content.decode()
    assert [f'value="{codes}"' in page for codes in ("PS", "GS", "HCM", "GS/HCM")] == [False, True, True, True]
    assert "浪潮ERP-GS / 人力云" in page
    assert "product" in faults(register(client, product="PS"))


def test_both_products_are_named_as_in_the_manual(client: Client) -> None:
    page = client.get(reverse("accounts:register")).content.decode()
    assert [name in page for name in ("浪潮ERP-PS<", "浪潮ERP-GS<", "浪潮ERP-PS/GS<")] == [True, True, True]


def test_without_a_catalogue_people_can_register(client: Client) -> None:
    Product.objects.update(active=False)
    assert register(client, product=None).status_code == 302


@pytest.mark.parametrize("qq", ["10000", "123456789012"])
def test_qq_numbers(client: Client, qq: str) -> None:
    assert register(client, qq=qq).status_code == 302


@pytest.mark.parametrize("qq", ["1234", "01234", "12345a", "1234567890123", "１２３４５６"])
def test_other_qq_numbers_are_refused(client: Client, qq: str) -> None:
    assert "qq" in faults(register(client, qq=qq))


@pytest.mark.parametrize("written", ["1985-03-02", "1985/3/2", "1985.3.2", "1985年3月2日", "19850302"])
def test_birth_dates(client: Client, written: str) -> None:
    register(client, birth_date=written)
    assert User.objects.get().birth_date == date(1985, 3, 2)


def test_nobody_is_born_tomorrow_or_before_anyone_living(client: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong in (tomorrow.isoformat(), "1899-12-31", "0001-01-01", "1985-02-30", "三月"):
        assert "birth_date" in faults(register(client, birth_date=wrong))


def test_whoever_applies_for_vip_gives_a_service_code(client: Client) -> None:
    assert faults(register(client, apply_vip="on")) == {"service_code": "申请VIP时必须填写服务编号。"}
    assert register(client, apply_admin="on").status_code == 302


def test_the_terms_must_be_agreed_to(client: Client) -> None:
    assert set(faults(register(client, agree=None))) == {"agree"}


def test_a_company_is_found_by_its_name_and_made_once(client: Client) -> None:
    known = factories.company("鲁岱重机集团有限公司")
    register(client, username="a1", company="  鲁岱重机集团有限公司　")
    register(client, username="a2", company="苏锦澜纺织  集团\u3000有限公司")
    register(client, username="a3", company="苏锦澜纺织 集团 有限公司")
    first, second, third = User.objects.order_by("username")
    assert first.company == known
    assert second.company is not None
    assert second.company.name == "苏锦澜纺织 集团 有限公司"
    assert second.company == third.company


def test_typing_a_companys_name_opens_nothing_of_its_people(client: Client) -> None:
    colleague = factories.customer(of=factories.company("鲁岱重机集团有限公司"))
    private = factories.ticket(colleague, private=True)
    register(client)
    sign_in(client, "wangxiaomei")
    assert client.get(private.get_absolute_url()).status_code == 404
    assert User.objects.get(username="wangxiaomei").name_for(colleague) == "王**"


def test_two_who_want_one_name_at_once(transactional_db: None) -> None:
    factories.catalogue()
    outcomes = at_once(*(lambda name=name: register(Client(), username=name).status_code for name in _spellings(6)))
    assert sorted(outcomes) in ([302] + [400] * n + [409] * (5 - n) for n in range(6))
    assert User.objects.count() == 1


def _spellings(count: int) -> list[str]:
    return ["wangxiaomei", "WangXiaoMei", "WANGXIAOMEI", "wangXIAOMEI", "WANGxiaomei", "wangxiaoMEI"][:count]


def test_a_form_sent_twice_makes_one_person(client: Client) -> None:
    key = str(uuid4())
    first, second = register(client, key=key), register(client, key=key)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert User.objects.count() == 1


def test_a_form_sent_twice_at_once_makes_one_person(transactional_db: None) -> None:
    factories.catalogue()
    key = str(uuid4())
    fields = {"key": key, "apply_vip": "on", "service_code": "FW-1"}
    responses = at_once(*[lambda: register(Client(), **fields)] * 6)
    assert {(response.status_code, response["Location"]) for response in responses} == {
        (302, f"{reverse('accounts:login')}?username=wangxiaomei")
    }
    assert User.objects.count() == Application.objects.count() == 1


@pytest.mark.parametrize("change", [{"username": "another"}, {"phone": "13900001111"}, {"password": "other-2026"}])
def test_a_form_that_made_somebody_is_not_taken_for_another(client: Client, change: dict[str, str]) -> None:
    key = str(uuid4())
    register(client, key=key)
    response = register(client, key=key, **change, password_again=change.get("password", PASSWORD))
    assert response.status_code == 409
    assert "已经注册了用户“wangxiaomei”" in response.content.decode()
    assert User.objects.count() == 1
    fresh = Page(response).values["key"]  # so that it can be sent as it now is
    assert fresh != key
    if "username" in change:
        assert register(client, key=fresh, **change).status_code == 302


def test_the_key_of_a_form_tells_nothing_of_a_password(client: Client) -> None:
    """Without the key that made an account, its name and password are of no use here."""
    register(client, key=str(uuid4()))
    assert faults(register(client, key=str(uuid4()))) == {"username": "这个用户名已被使用，请换一个。"}


def test_who_is_signed_in_has_nothing_to_register(client: Client) -> None:
    client.force_login(factories.customer())
    for response in (client.get(reverse("accounts:register")), register(client)):
        assert response["Location"] == reverse("home:desktop")
    assert User.objects.count() == 1


# Hostile input


@pytest.mark.parametrize("name", TEXT_FIELDS)
@pytest.mark.parametrize("value", ["甲\x00乙", "\x00", "甲\u202e乙", "\u2066甲", "甲\ufffe乙", "甲\ufdd0乙"])
def test_what_cannot_be_seen_is_refused_with_words(client: Client, name: str, value: str) -> None:
    response = register(client, **{name: value})
    if response.status_code == 302:  # a password may hold anything that arrives as it was typed
        assert name == "password"
    else:
        assert response.status_code == 400
        assert faults(response)[name]


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_lone_surrogate_is_refused_with_words(client: Client, name: str) -> None:
    response = register_bytes(client, name, b"\xed\xa0\x80")
    assert response.status_code == 400
    assert faults(response)[name]
    assert not User.objects.exists()


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_megabyte_is_refused_with_words(client: Client, name: str) -> None:
    response = register(client, **{name: "1" * 1_000_000})
    assert response.status_code == 400
    assert faults(response)[name]


@pytest.mark.parametrize("key", ["甲\x00乙", "\u202e", "1" * 1_000_000, "none"])
def test_a_broken_key_is_replaced(client: Client, key: str) -> None:
    response = register(client, key=key)
    assert response.status_code == 400
    assert "请再提交一次" in response.content.decode()
    assert register(client, key=Page(response).values["key"]).status_code == 302


def test_more_than_a_request_may_hold_is_refused_with_words(client: Client) -> None:
    response = register(client, company="长" * 1_000_000)
    assert response.status_code == 413
    assert "太大" in response.content.decode()


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize(
    "value", [f"{RARE_HAN}公司", "😀", "<b>&amp;\"'", "%(name)s {0} {{ 7 }}", "'; DROP TABLE x; --"]
)
def test_readable_text_is_stored_exactly(client: Client, name: str, value: str) -> None:
    fields = {"apply_vip": "on", "service_code": "FW-1"} | {name: value}
    assert register(client, **fields).status_code == 302
    user = User.objects.get()
    assert user.company is not None
    stored = {
        "company": user.company.name,
        "region": user.region,
        "serial_number": user.serial_number,
        "service_code": user.applications.get().service_code,
    }
    assert stored[name] == value


def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    page = register(client, company="<script>alert(1)</script>", agree=None).content.decode()
    assert "<script>alert" not in page


# Limits


def test_people_made_from_one_address_are_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "PEOPLE_PER_ADDRESS", guessing.Limit("people", 2, 3600))
    assert [register(client, username=f"wang{n}").status_code for n in range(3)] == [302, 302, 429]
    assert User.objects.count() == 2
    assert register(Client(REMOTE_ADDR="203.0.113.9"), username="wang9").status_code == 302


def test_at_the_limit_nothing_typed_is_lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "FORMS_PER_ADDRESS", guessing.Limit("forms", 1, 3600))
    register(client, agree=None)
    response = register(client, agree=None)
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert "60 分钟后再试" in response.content.decode()
    assert Page(response).values["company"] == "鲁岱重机集团有限公司"


def test_the_address_of_a_proxys_client_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "PEOPLE_PER_ADDRESS", guessing.Limit("people", 1, 3600))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # What a client writes into the header itself stands before what the proxy adds.
    seen = ["198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7", "198.51.100.1, 203.0.113.8"]
    answers = [
        register(Client(HTTP_X_FORWARDED_FOR=header), username=f"wang{n}").status_code for n, header in enumerate(seen)
    ]
    assert answers == [302, 429, 302]
