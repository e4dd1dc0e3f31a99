"""A list's address: what is read from it, and what addresses it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from clouddesk.catalog import tree
from clouddesk.catalog.models import Module, Version
from clouddesk.entries.conditions import LAST_FOUND_PAGE, LAST_PAGE, Conditions, chips, conditions_of
from clouddesk.entries.listing import SORTS, Page
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lists() -> Iterator[factories.Catalogue]:
    made = factories.catalogue()
    tree.forget()
    yield made
    tree.forget()


def read(query: str) -> Conditions:
    conditions, _ = conditions_of(RequestFactory().get(f"/tickets/solved/?{query}"), SORTS)
    return conditions


def module(name: str, product: Any) -> int:
    return int(Module.objects.get(name=name, product=product).pk)


def version(name: str) -> int:
    return int(Version.objects.get(name=name).pk)


def test_everything_stands_in_the_address(lists: factories.Catalogue) -> None:
    budget, newest = module("预算", lists.gs), version("6.X")
    conditions = read(f"q=期末 结账&product={lists.gs.pk}&module={budget}&version={newest}&sort=-reads&page=3")
    assert conditions == Conditions(
        q="期末 结账", product=lists.gs.pk, module=budget, version=newest, sort="-reads", page=3
    )


def test_an_address_leads_back_to_the_same_conditions(lists: factories.Catalogue) -> None:
    given = Conditions(q="a&b=c #+%“中文”", product=lists.ps.pk, module=module("报表", lists.ps), sort="title", page=7)
    assert read(given.address(page=7).removeprefix("?")) == given


def test_other_conditions_begin_on_the_first_page() -> None:
    assert "page" not in QueryDict(Conditions(page=9, sort="title").address(q="结账").removeprefix("?"))


def test_a_module_or_version_implies_its_product(lists: factories.Catalogue) -> None:
    assert read(f"module={module('预算', lists.gs)}").product == lists.gs.pk
    assert read(f"version={version('10.2')}").product == lists.ps.pk


def test_a_module_counts_more_than_another_product_or_its_version(lists: factories.Catalogue) -> None:
    budget = module("预算", lists.gs)
    conditions = read(f"product={lists.ps.pk}&module={budget}&version={version('10.2')}")
    assert conditions.tree == {"product": lists.gs.pk, "module": budget}


@pytest.mark.parametrize(
    "query",
    [
        "product=999999",
        "product=PS",
        "product=-1",
        "product=99999999999999999999999999",
        "module=0&version=0",
        "module=1%00",
        "version=1.5",
        "sort=password",
        "sort=--updated",
        "sort=-",
        "page=0",
        "page=-3",
        "page=last",
        "page=1e9",
        "product=&module=&version=&sort=&page=",
        "page=1&page=2&page=",
        "product=%ED%A0%80",
    ],
)
def test_bad_values_count_as_not_given(query: str) -> None:
    assert read(query) == Conditions()


def test_what_is_no_longer_offered_is_no_condition(lists: factories.Catalogue) -> None:
    budget = module("预算", lists.gs)
    Module.objects.filter(pk=budget).update(active=False)
    tree.forget()
    assert read(f"module={budget}").tree == {}


def test_pages_end_somewhere() -> None:
    assert read("page=100000000").page == LAST_PAGE
    assert read("page=100000000&q=结账").page == LAST_FOUND_PAGE


@pytest.mark.parametrize(("q", "words"), [("字" * 101, "100"), ("a\0b", "空")])
def test_a_keyword_that_cannot_be_searched_is_named(q: str, words: str) -> None:
    request = RequestFactory().get("/tickets/solved/", {"q": q})
    conditions, form = conditions_of(request, SORTS)
    assert conditions.q == ""
    assert words in form.errors["q"][0]


def test_chips_say_each_condition_and_how_to_drop_it(lists: factories.Catalogue) -> None:
    ledger = module("总账", lists.ps)
    found = chips(read(f"q=结账&module={ledger}&version={version('11.0')}&sort=title"))
    assert [(str(chip.kind), chip.text) for chip in found] == [
        ("关键字", "结账"),
        ("产品", "PS标准产品"),
        ("模块", "总账"),
        ("版本", "11.0"),
    ]
    without = {str(chip.kind): read(chip.without.removeprefix("?")) for chip in found}
    assert without["关键字"].q == ""
    assert without["关键字"].module == ledger
    assert without["产品"] == Conditions(q="结账", sort="title")
    assert without["模块"].tree == {"product": lists.ps.pk, "version": version("11.0")}
    assert without["版本"].tree == {"product": lists.ps.pk, "module": ledger}


def test_a_head_sorts_and_sorts_the_other_way() -> None:
    conditions = Conditions()
    assert conditions.sorted_by("reads", True, "-updated") == "?sort=-reads"
    assert conditions.sorted_by("reads", True, "-reads") == "?sort=reads"
    assert conditions.sorted_by("title", False, "-updated") == "?sort=title"
    assert conditions.sorted_by("title", False, "title") == "?sort=-title"


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        (Page(45, more=False, number=1, has_next=True), [1, 2, 3]),
        (Page(600, more=False, number=15, has_next=True), [1, 0, 13, 14, 15, 16, 17, 0, 30]),
        (Page(1000, more=True, number=900, has_next=True), [1, 0, 898, 899, 900, 901]),
        (Page(1000, more=True, number=900, has_next=False), [1, 0, 898, 899, 900]),
        (Page(3, more=False, number=1, has_next=False), [1]),
    ],
)
def test_pages_to_go_to(page: Page, numbers: list[int]) -> None:
    assert page.numbers == numbers
