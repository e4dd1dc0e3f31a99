from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "clouddesk.tickets"

    def ready(self) -> None:
        from clouddesk.files import holding
        from clouddesk.submissions import drafts
        from clouddesk.tickets.asking import DRAFT, DRAFT_FIELDS
        from clouddesk.tickets.attachments import HOLDER

        holding.register(HOLDER)
        drafts.register(DRAFT, DRAFT_FIELDS)
