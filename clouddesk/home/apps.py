from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "clouddesk.home"

    def ready(self) -> None:
        from clouddesk.access import Access
        from clouddesk.ui.navigation import Part, register

        register(
            Part(
                key="desk",
                title=_("工作台"),
                summary=_("各个队列有多少问题，哪些在等我答复"),
                icon="briefcase",
                url_name="home:desk",
                access=Access.STAFF,
                position=1,
            )
        )
        register(
            Part(
                key="contact",
                title=_("联系我们"),
                summary=_("客户专线、邮箱和网址"),
                icon="phone",
                url_name="home:contact",
                access=Access.PUBLIC,
                position=90,
            )
        )
