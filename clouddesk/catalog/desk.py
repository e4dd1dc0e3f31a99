"""The supervisors' pages of the catalogue: one pair of views for the entries of every list, and the vendor's data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clouddesk.access import Access, access
from clouddesk.catalog import workflow
from clouddesk.catalog.forms import LogoForm, VendorForm, form_for
from clouddesk.catalog.models import Database, Item, Module, ProblemKind, Product, Vendor, Version

SUPERVISOR = Access.SUPERVISOR


@dataclass(frozen=True)
class ItemList:
    """A list of the catalogue: its part of the address, its entries, and what one of them is called."""

    slug: str
    model: type[Item]
    title: Any

    @property
    def of_product(self) -> bool:
        """Whether each product has a list of its own."""
        return self.model in (Module, Version)


LISTS = {
    each.slug: each
    for each in (
        ItemList("products", Product, gettext_lazy("产品")),
        ItemList("modules", Module, gettext_lazy("应用模块")),
        ItemList("versions", Version, gettext_lazy("使用版本")),
        ItemList("kinds", ProblemKind, gettext_lazy("问题类型")),
        ItemList("databases", Database, gettext_lazy("数据库类型")),
    )
}


@access(SUPERVISOR)
def overview(request: HttpRequest) -> HttpResponse:
    """Everything at a glance, with what is no longer offered."""
    context = {
        "lists": LISTS,
        "products": list(Product.objects.all()),
        "modules": _by_product(Module),
        "versions": _by_product(Version),
        "kinds": list(ProblemKind.objects.all()),
        "databases": list(Database.objects.all()),
    }
    return render(request, "catalog/desk.html", context)


@access(SUPERVISOR, methods=("GET", "POST"))
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an entry to a list; a module or version to that of the product in the address."""
    listed = _list(slug)
    item = listed.model()
    if listed.of_product:
        item.product = get_object_or_404(Product, pk=_number(request.GET.get("product")))  # type: ignore[attr-defined]
    return _edit(request, listed, item, _("“%(name)s”已添加。"))


@access(SUPERVISOR, methods=("GET", "POST"))
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename an entry."""
    return _edit(request, _list(slug), _item(slug, pk), _("“%(name)s”已保存。"))


@access(SUPERVISOR, methods=("POST",))
def move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move an entry up or down within its list."""
    item = _item(slug, pk)
    workflow.move(item, up=request.POST.get("direction") == "up")
    return _back_to(slug, item)


@access(SUPERVISOR, methods=("POST",))
def offer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Offer an entry again, or no longer."""
    item = _item(slug, pk)
    active = request.POST.get("active") == "1"
    workflow.offer(item, active=active)
    said = _("“%(name)s”已启用。") if active else _("“%(name)s”已停用，以后不能再选择；已有的问题单不受影响。")
    messages.success(request, said % {"name": item.name})
    return _back_to(slug, item)


@access(SUPERVISOR, methods=("GET", "POST"))
def edit_vendor(request: HttpRequest) -> HttpResponse:
    """The vendor's name, numbers, addresses and terms."""
    form = VendorForm(request.POST if request.method == "POST" else None, instance=workflow.vendor())
    if request.method == "POST" and form.is_valid():
        workflow.save_vendor(form.save(commit=False))
        messages.success(request, _("厂商信息已保存。"))
        return redirect("catalog:vendor")
    return _vendor_page(request, form, LogoForm())


@access(SUPERVISOR, methods=("POST",))
def edit_logo(request: HttpRequest) -> HttpResponse:
    """Take in a new logo, or remove the one there is."""
    if "remove" in request.POST:
        workflow.save_logo(b"")
        messages.success(request, _("标志已移除。"))
        return redirect("catalog:vendor")
    form = LogoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _vendor_page(request, VendorForm(instance=workflow.vendor()), form)
    workflow.save_logo(form.cleaned_data["logo"])
    messages.success(request, _("标志已更换。"))
    return redirect("catalog:vendor")


def _edit(request: HttpRequest, listed: ItemList, item: Item, said: str) -> HttpResponse:
    form = form_for(listed.model)(request.POST if request.method == "POST" else None, instance=item)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.save(form.save(commit=False))
        except workflow.NameTakenError:  # somebody was quicker than the form's own check
            form.add_error("name", _("列表中已经有“%(name)s”。") % {"name": item.name})
        else:
            messages.success(request, said % {"name": item.name})
            return _back_to(listed.slug, item)
    context = {"listed": listed, "item": item, "product": getattr(item, "product", None), "form": form}
    return render(request, "catalog/item.html", context, status=400 if form.errors else 200)


def _vendor_page(request: HttpRequest, form: VendorForm, logo_form: LogoForm) -> HttpResponse:
    faulty = form.errors or logo_form.errors
    # The stored row, since a form that was filled in wrongly has already changed its own.
    context = {"form": form, "logo_form": logo_form, "kept": Vendor.objects.first()}
    return render(request, "catalog/vendor.html", context, status=400 if faulty else 200)


def _list(slug: str) -> ItemList:
    if slug not in LISTS:
        raise Http404
    return LISTS[slug]


def _item(slug: str, pk: int) -> Item:
    return get_object_or_404(_list(slug).model, pk=pk)


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def _by_product(model: type[Module] | type[Version]) -> dict[int, list[Module | Version]]:
    found: dict[int, list[Module | Version]] = defaultdict(list)
    for item in model.objects.all():
        found[item.product_id].append(item)
    return found


def _back_to(slug: str, item: Item) -> HttpResponse:
    return redirect(f"{reverse('catalog:desk')}#{slug}-{item.pk}")
