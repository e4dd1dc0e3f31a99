"""The product tree, and what can be chosen."""

from __future__ import annotations

import pytest

from clouddesk.catalog import tree, workflow
from clouddesk.catalog.models import Module, ProblemKind, Version
from clouddesk.catalog.tree import product_tree
from tests import factories
from tests.factories import Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists() -> Catalogue:
    made = factories.catalogue()
    tree.forget()
    return made


def names() -> list[tuple[str, list[str], list[str]]]:
    return [
        (branch.name, [module.name for module in branch.modules], [version.name for version in branch.versions])
        for branch in product_tree()
    ]


def test_products_come_with_what_is_offered_of_them(lists: Catalogue) -> None:
    assert names() == [
        ("PS标准产品", ["总账", "报表"], ["11.0", "10.5", "10.2"]),
        ("GS标准产品", ["预算", "总账"], ["6.X", "5.2"]),
    ]
    module = product_tree()[0].modules[0]
    assert Module.objects.get(pk=module.id) == lists.module()


def test_it_costs_three_queries_and_then_none(lists: Catalogue, django_assert_num_queries: type) -> None:
    with django_assert_num_queries(3):
        product_tree()
    with django_assert_num_queries(0):
        product_tree()


@pytest.mark.parametrize(("seconds", "seen"), [(3600, ["总账", "报表"]), (0, [])])
def test_others_see_a_change_when_what_they_keep_is_old(
    lists: Catalogue, monkeypatch: pytest.MonkeyPatch, seconds: float, seen: list[str]
) -> None:
    monkeypatch.setattr(tree, "SECONDS_KEPT", seconds)
    product_tree()
    Module.objects.filter(product=lists.ps).update(active=False)  # by another process
    assert names()[0][1] == seen


def test_whoever_changes_it_sees_it_at_once(lists: Catalogue) -> None:
    product_tree()
    workflow.save(Module(product=lists.ps, name="工资"))
    assert names()[0][1] == ["总账", "报表", "工资"]
    workflow.move(Module.objects.get(name="工资"), up=True)
    assert names()[0][1] == ["总账", "工资", "报表"]
    workflow.offer(Version.objects.get(name="10.2"), active=False)
    assert names()[0][2] == ["11.0", "10.5"]
    workflow.offer(lists.ps, active=False)
    assert [name for name, _modules, _versions in names()] == ["GS标准产品"]


def test_nothing_of_a_product_that_is_not_offered_can_be_chosen(lists: Catalogue) -> None:
    workflow.offer(lists.gs, active=False)
    assert {module.product for module in Module.objects.offered()} == {lists.ps}
    assert {version.product for version in Version.objects.offered()} == {lists.ps}
    workflow.offer(lists.kind, active=False)
    assert lists.kind not in ProblemKind.objects.offered()
