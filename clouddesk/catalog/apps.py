from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access
from clouddesk.ui import branding
from clouddesk.ui.navigation import Part, register


class CatalogConfig(AppConfig):
    name = "clouddesk.catalog"

    def ready(self) -> None:
        from clouddesk.catalog.models import Vendor

        branding.use(Vendor.objects.first)
        register(
            Part(
                key="catalog",
                title=_("产品目录"),
                summary=_("产品、模块、版本、问题类型、数据库类型和厂商信息"),
                icon="list-details",
                url_name="catalog:desk",
                access=Access.SUPERVISOR,
                position=90,
            )
        )
