"""The supervisors' pages of the catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clouddesk.catalog import tree, workflow
from clouddesk.catalog.models import Database, Item, Module, ProblemKind, Product, Version
from tests import factories
from tests.factories import Catalogue
from tests.racing import at_once, refused


@pytest.fixture
def lists(db: None) -> Catalogue:
    made = factories.catalogue()
    tree.forget()
    return made


@pytest.fixture
def boss(client: Client, lists: Catalogue) -> Client:
    client.force_login(factories.supervisor())
    return client


def add(client: Client, slug: str, product: Product | None = None, **fields: Any) -> Any:
    query = f"?product={product.pk}" if product else ""
    return client.post(reverse("catalog:add", args=[slug]) + query, fields)


def page(client: Client) -> str:
    return client.get(reverse("catalog:desk")).content.decode()


def order(model: type[Item], **of: Any) -> list[str]:
    return list(model.objects.filter(**of).values_list("name", flat=True))


def test_everything_is_on_one_page(boss: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        text = page(boss)
    for name in ("浪潮ERP-PS", "GS标准产品", "预算", "11.0", "6.X", "数据异常", "SQLSERVER"):
        assert name in text


@pytest.mark.parametrize(("slug", "model"), [("kinds", ProblemKind), ("databases", Database)])
def test_an_entry_is_added_at_the_end(boss: Client, slug: str, model: type[Item]) -> None:
    response = add(boss, slug, name="  达梦　 ")
    made = model.objects.get(name="达梦")
    assert response["Location"] == f"{reverse('catalog:desk')}#{slug}-{made.pk}"
    assert order(model)[-1] == "达梦"
    assert made.active


@pytest.mark.parametrize(("slug", "model"), [("modules", Module), ("versions", Version)])
def test_modules_and_versions_are_added_to_their_product(
    boss: Client, lists: Catalogue, slug: str, model: type[Item]
) -> None:
    add(boss, slug, lists.gs, name="新的")
    assert order(model, product=lists.gs)[-1] == "新的"
    assert "新的" not in order(model, product=lists.ps)


def test_a_product_needs_two_names_and_a_code(boss: Client) -> None:
    response = add(boss, "products", name="", standard_name="", code="")
    assert response.status_code == 400
    assert response.content.decode().count("请填写") == 3
    assert add(boss, "products", name="浪潮海岳", standard_name="海岳标准产品", code="HAIYUE").status_code == 302
    assert order(Product)[-1] == "浪潮海岳"


def test_an_entry_is_renamed(boss: Client, lists: Catalogue) -> None:
    module = lists.module()
    boss.post(reverse("catalog:change", args=["modules", module.pk]), {"name": "总账管理"})
    assert order(Module, product=lists.ps) == ["总账管理", "报表"]


def test_saving_an_entry_as_it_is_changes_nothing(boss: Client, lists: Catalogue) -> None:
    module = lists.module()
    assert boss.post(reverse("catalog:change", args=["modules", module.pk]), {"name": module.name}).status_code == 302
    assert order(Module, product=lists.ps) == ["总账", "报表"]


@pytest.mark.parametrize("name", ["oracle", "ORACLE", " Oracle "])
def test_a_name_stands_once_in_a_list_whatever_its_case(boss: Client, name: str) -> None:
    response = add(boss, "databases", name=name)
    assert response.status_code == 400
    assert "列表中已经有" in response.content.decode()
    assert Database.objects.filter(name__iexact="oracle").count() == 1


def test_two_products_may_have_modules_of_one_name(boss: Client, lists: Catalogue) -> None:
    assert add(boss, "modules", lists.gs, name="报表").status_code == 302
    assert add(boss, "modules", lists.gs, name="报表").status_code == 400


def test_a_code_is_one_products(boss: Client) -> None:
    assert add(boss, "products", name="甲", standard_name="甲", code="ps").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_one_name_at_once_one_is_told() -> None:
    results = at_once(*[lambda: workflow.save(Database(name="达梦"))] * 4)
    assert len(refused(results, workflow.NameTakenError)) == 3
    assert Database.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "direction", "expected"), [(0, "down", "BAC"), (2, "up", "ACB"), (0, "up", "ABC"), (2, "down", "ABC")]
)
def test_entries_change_places(boss: Client, place: int, direction: str, expected: str) -> None:
    Database.objects.all().delete()
    items = [Database.objects.create(name=name) for name in "ABC"]  # all in one place, as an import may leave them
    boss.post(reverse("catalog:move", args=["databases", items[place].pk]), {"direction": direction})
    assert "".join(order(Database)) == expected


def test_moving_a_module_leaves_other_products_alone(boss: Client, lists: Catalogue) -> None:
    boss.post(reverse("catalog:move", args=["modules", lists.module().pk]), {"direction": "down"})
    assert order(Module, product=lists.ps) == ["报表", "总账"]
    assert order(Module, product=lists.gs) == ["预算", "总账"]


@pytest.mark.django_db(transaction=True)
def test_moving_at_once_loses_nothing() -> None:
    items = [Database.objects.create(name=name, position=place) for place, name in enumerate("ABCDE")]
    results = at_once(*(lambda item=item: workflow.move(item, up=item.pk % 2 == 0) for item in items))
    assert not any(isinstance(result, Exception) for result in results)
    assert sorted(Database.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


def test_what_is_no_longer_offered_stays_with_its_tickets(boss: Client, lists: Catalogue) -> None:
    ticket = factories.ticket()
    boss.post(reverse("catalog:offer", args=["modules", ticket.module_id]), {"active": "0"})
    assert "已停用" in page(boss)
    assert not Module.objects.offered().filter(pk=ticket.module_id).exists()
    ticket.refresh_from_db()
    assert ticket.module == lists.module()
    boss.post(reverse("catalog:offer", args=["modules", ticket.module_id]), {"active": "1"})
    assert Module.objects.offered().filter(pk=ticket.module_id).exists()


@pytest.mark.parametrize("value", ["", "   ", "甲\x00", "甲\u202e乙", "长" * 61, "长" * 300_000])
def test_what_is_no_name_is_refused_with_words(boss: Client, value: str) -> None:
    response = add(boss, "kinds", name=value)
    assert response.status_code == 400
    assert 'id="id_name_error"' in response.content.decode()


@pytest.mark.parametrize("value", ["\U00020bb7", "<b>粗</b>", "😀 & co."])
def test_any_readable_name_is_kept_and_shown_as_text(boss: Client, value: str) -> None:
    add(boss, "kinds", name=value)
    assert ProblemKind.objects.filter(name=value).exists()
    assert "<b>粗" not in page(boss)


@pytest.mark.parametrize("product", ["", "0", "x", "-1", "９", "9" * 40])
def test_a_module_of_no_product_cannot_be_added(boss: Client, product: str) -> None:
    assert boss.get(reverse("catalog:add", args=["modules"]), {"product": product}).status_code == 404


@pytest.mark.parametrize("path", ["vendors/new/", "modules/999999/", "kinds/99999999999999999999/", "x/1/"])
def test_what_is_not_there_is_not_found(boss: Client, path: str) -> None:
    assert boss.get(f"/desk/catalog/{path}").status_code == 404


@pytest.mark.parametrize("make", ["customer", "vip", "engineer", "consultant", "editor"])
def test_nobody_else_edits_the_catalogue(client: Client, lists: Catalogue, make: str) -> None:
    client.force_login(getattr(factories, make)())
    assert client.get(reverse("catalog:desk")).status_code == 403
    assert add(client, "kinds", name="新的").status_code == 403
    assert not ProblemKind.objects.filter(name="新的").exists()
    assert reverse("catalog:desk") not in client.get(reverse("home:desktop")).content.decode()


def test_a_supervisor_finds_it_on_the_desk(boss: Client) -> None:
    assert f'href="{reverse("catalog:desk")}"' in boss.get(reverse("home:desk")).content.decode()
