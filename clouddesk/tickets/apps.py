from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "clouddesk.tickets"

    def ready(self) -> None:
        from clouddesk.files import holding
        from clouddesk.submissions import drafts
        from clouddesk.tickets.asking import DRAFT, DRAFT_FIELDS
        from clouddesk.tickets.attachments import HOLDER

        holding.register(HOLDER)
        drafts.register(DRAFT, DRAFT_FIELDS)
        self._register_parts()

    def _register_parts(self) -> None:
        from clouddesk.access import Access
        from clouddesk.tickets.waiting import claimable_by, to_answer_for
        from clouddesk.ui.navigation import Part, register

        register(
            Part(
                key="tickets",
                title=_("问题单提交"),
                summary=_("提出问题，查看处理进度，查找别人问过的问题"),
                icon="message-question",
                url_name="tickets:mine",
                access=Access.CUSTOMER,
                position=10,
                waiting=to_answer_for,
            )
        )
        register(
            Part(
                key="ticket-desk",
                title=_("问题单处理"),
                summary=_("受理、答复客户提交的问题"),
                icon="inbox",
                url_name="tickets:desk",
                access=Access.STAFF,
                position=11,
                waiting=claimable_by,
            )
        )
