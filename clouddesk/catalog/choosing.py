"""Choosing a product, and a module and version of it; tickets ask for it, and appointments will."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.models import Module, Product, Version


class _ByProduct(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """The choices as one group for each product, which is how they show where no script narrows them down."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for product, items in groupby(self.queryset, key=lambda item: item.product):
            yield (product.standard_name, [self.choice(item) for item in items])


class _FollowingSelect(forms.Select):
    """A list whose options name the product that they belong to."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if instance := getattr(value, "instance", None):
            option["attrs"]["data-of"] = instance.product_id
        return option


class _ProductField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, product: Any) -> str:
        return str(product.standard_name)


class _FollowingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = _ByProduct
    widget = _FollowingSelect

    def __init__(self, model: type[Module | Version], **kwargs: Any) -> None:
        offered = model.objects.offered().select_related("product")
        super().__init__(offered.order_by("product__position", "product_id", "position", "pk"), **kwargs)
        self.widget.attrs |= {"data-follows": "product", "data-before": _("请先选择产品名称")}


class ProductChoice(forms.Form):
    """产品名称, and 应用模块 and 使用版本 that must belong to it (manual 4a)."""

    product = _ProductField(
        Product.objects.offered(),
        label=_("产品名称"),
        empty_label=_("请选择产品"),
        error_messages={"required": _("请选择产品名称。"), "invalid_choice": _("请选择列表中的产品。")},
    )
    module = _FollowingField(
        Module,
        label=_("应用模块"),
        empty_label=_("请选择应用模块"),
        error_messages={"required": _("请选择应用模块。"), "invalid_choice": _("请选择列表中的应用模块。")},
    )
    version = _FollowingField(
        Version,
        label=_("使用版本"),
        empty_label=_("请选择使用版本"),
        error_messages={"required": _("请选择使用版本。"), "invalid_choice": _("请选择列表中的使用版本。")},
    )

    def clean_module(self) -> Any:
        """The module must be one of the chosen product's."""
        return self._of_product("module", _("这个应用模块不属于所选产品，请重新选择。"))

    def clean_version(self) -> Any:
        """The version must be one of the chosen product's."""
        return self._of_product("version", _("这个使用版本不属于所选产品，请重新选择。"))

    def _of_product(self, name: str, words: Any) -> Any:
        chosen, product = self.cleaned_data[name], self.cleaned_data.get("product")
        if product is not None and chosen.product_id != product.pk:
            raise forms.ValidationError(words, "other_product")
        return chosen
