"""The product tree and the short lists of the vendor: products, modules, versions, problem kinds, databases.

All of it is the operator's data. Nothing is ever deleted, since tickets name it: what is no longer offered is inactive.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemQuerySet(models.QuerySet[Any]):
    """Entries of one of the catalogue's lists, in the operator's order."""

    def offered(self) -> Self:
        """Those that can be chosen now; a module or version only while its product can be."""
        return self.filter(**self.model.OFFERED_WHEN)


class Item(models.Model):
    """What every list of the catalogue shares: a name, a place in the list, and whether it is still offered."""

    name = models.CharField(_("名称"), max_length=60)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    OFFERED_WHEN: ClassVar = {"active": True}

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def siblings(self) -> ItemQuerySet:
        """The list that it stands in, itself included."""
        return type(self).objects.all()


class Product(Item):
    """A product line, e.g. code ``PS``: registration names it 浪潮ERP-PS, tickets PS标准产品 (manual 1 and 4)."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    standard_name = models.CharField(_("问题单中的名称"), max_length=60)

    class Meta(Item.Meta):
        pass


class Module(Item):
    """A part of a product, such as 总账 or 报表."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="modules", verbose_name=_("产品"))

    OFFERED_WHEN: ClassVar = {"active": True, "product__active": True}

    class Meta(Item.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "name"], name="module_once_in_product"),
        ]

    def siblings(self) -> ItemQuerySet:
        """Those of the same product."""
        return Module.objects.filter(product_id=self.product_id)


class Version(Item):
    """A version of a product in use, such as 11.0."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="versions", verbose_name=_("产品"))

    OFFERED_WHEN: ClassVar = {"active": True, "product__active": True}

    class Meta(Item.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "name"], name="version_once_in_product"),
        ]

    def siblings(self) -> ItemQuerySet:
        """Those of the same product."""
        return Version.objects.filter(product_id=self.product_id)


class ProblemKind(Item):
    """问题类型, such as 数据异常."""

    class Meta(Item.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="problem_kind_once")]


class Database(Item):
    """数据库类型, such as ORACLE."""

    class Meta(Item.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="database_once")]


class Vendor(models.Model):
    """Who runs the portal, as its pages name them: one row, the operator's data."""

    site_name = models.CharField(_("网站名称"), max_length=40, default="云桌面")
    name = models.CharField(_("厂商名称"), max_length=60, blank=True)
    slogan = models.CharField(_("标语"), max_length=100, blank=True)
    logo = models.FileField(_("标志"), upload_to="vendor", blank=True)
    hotline = models.CharField(_("客服热线"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    website = models.URLField(_("网址"), blank=True)
    terms = models.TextField(_("服务条款"), blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_vendor")]

    def __str__(self) -> str:
        return self.site_name
