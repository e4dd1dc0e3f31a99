"""What a list is narrowed down to, in what order, and which page of it is shown: all of it stands in its address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.tree import Branch, Leaf, product_tree

LONGEST_QUERY = 100
LAST_PAGE = 5_000  # a hundred thousand rows: whoever looks further narrows the list down
LAST_FOUND_PAGE = 50  # of a search, which has to collect what it skips


class ListForm(forms.Form):
    """The parameters of a list's address. A bad one counts as not given; of the keyword the page says what is wrong."""

    q = forms.CharField(
        label=_("关键字"),
        max_length=LONGEST_QUERY,
        required=False,
        error_messages={"max_length": _("关键字最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
    )
    product = forms.IntegerField(required=False)
    module = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False)
    sort = forms.CharField(required=False)
    page = forms.IntegerField(min_value=1, required=False)


@lru_cache(maxsize=1024)
def _quoted(value: str | int) -> str:
    return quote_plus(str(value))


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The conditions of one list. ``sort`` is empty for the list's own order, and begins with ``-`` downwards."""

    q: str = ""
    product: int | None = None
    module: int | None = None
    version: int | None = None
    sort: str = ""
    page: int = 1

    @property
    def tree(self) -> dict[str, int]:
        """The chosen node of the product tree as filters, in the order of the indexes; empty for the root."""
        nodes = {"product": self.product, "module": self.module, "version": self.version}
        return {name: key for name, key in nodes.items() if key is not None}

    @property
    def narrowed(self) -> bool:
        """Whether the list shows less than all of it."""
        return bool(self.q or self.tree)

    @property
    def last_page(self) -> int:
        """The last page that can be asked for, however many rows there are."""
        return LAST_FOUND_PAGE if self.q else LAST_PAGE

    @property
    def from_start(self) -> Conditions:
        """The same list on its first page, which all links to other conditions lead to."""
        return self if self.page == 1 else replace(self, page=1)

    def address(self, **changes: Any) -> str:
        """The query string of the list with ``changes``; it begins on page 1 again unless they name one.

        A page holds some forty of them, so they are put together by hand.
        """
        given = {"q": self.q, "product": self.product, "module": self.module, "version": self.version}
        given |= {"sort": self.sort, "page": 1, **changes}
        if given["page"] == 1:
            del given["page"]
        return "?" + "&".join([f"{name}={_quoted(value)}" for name, value in given.items() if value])

    def sorted_by(self, key: str, downwards_first: bool, now: str) -> str:
        """The address of the list sorted by ``key``; the other way round when it is what it is sorted by ``now``."""
        first, second = (f"-{key}", key) if downwards_first else (key, f"-{key}")
        return self.address(sort=second if now == first else first)


def conditions_of(request: HttpRequest, sorts: Collection[str]) -> tuple[Conditions, ListForm]:
    """Read a list's address. ``sorts`` are the keys that it can be sorted by.

    A module or a version implies its product. What the catalogue does not offer, and a version of another product than
    the module's, counts as not given.
    """
    form = ListForm(request.GET)
    form.full_clean()
    given = form.cleaned_data
    sort = given.get("sort", "")
    conditions = Conditions(
        q=given.get("q", ""),
        sort=sort if sort.removeprefix("-") in sorts else "",
        **_node(given.get("product"), given.get("module"), given.get("version")),
    )
    page = min(given.get("page") or 1, conditions.last_page)
    return replace(conditions, page=page), form


def _node(product: int | None, module: int | None, version: int | None) -> dict[str, Any]:
    tree = product_tree()
    branch = (
        _holding(tree, "modules", module)
        or _holding(tree, "versions", version)
        or next((branch for branch in tree if branch.id == product), None)
    )
    if branch is None:
        return {}
    return {
        "product": branch.id,
        "module": module if leaf_of(branch.modules, module) else None,
        "version": version if leaf_of(branch.versions, version) else None,
    }


def _holding(tree: tuple[Branch, ...], kind: str, key: int | None) -> Branch | None:
    return next((branch for branch in tree if leaf_of(getattr(branch, kind), key)), None)


def leaf_of(leaves: tuple[Leaf, ...], key: int | None) -> Leaf | None:
    """The module or version with this key among ``leaves``."""
    return next((leaf for leaf in leaves if leaf.id == key), None)


@dataclass(frozen=True)
class Chip:
    """One condition, as it is shown beside the search box, and the address of the list without it."""

    kind: Any
    text: str
    without: str


def chips(conditions: Conditions) -> list[Chip]:
    """The conditions of a list in words (manual 4b)."""
    found = []
    if conditions.q:
        found.append(Chip(_("关键字"), conditions.q, conditions.address(q="")))
    branch = next((branch for branch in product_tree() if branch.id == conditions.product), None)
    if branch is None:
        return found
    everything = conditions.address(product=None, module=None, version=None)
    found.append(Chip(_("产品"), branch.name, everything))
    if module := leaf_of(branch.modules, conditions.module):
        found.append(Chip(_("模块"), module.name, conditions.address(module=None)))
    if version := leaf_of(branch.versions, conditions.version):
        found.append(Chip(_("版本"), version.name, conditions.address(version=None)))
    return found
