"""The latest notices of the demo's accounts, as the portal would have written them; none is mailed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clouddesk.notifications.models import Notice
from clouddesk.tickets.models import Event

Kind = Event.Kind
KEPT = 6
UNREAD = 3
TO_OWNER = {
    Kind.CLAIMED: "您的问题“%(title)s”已由工程师 %(number)s 受理。",
    Kind.ASKED_MORE: "问题“%(title)s”需要您补充信息。",
    Kind.ANSWERED: "您的问题“%(title)s”有了答复，请确认是否解决。",
}
TO_ASSIGNEE = {
    Kind.REPLIED: "客户补充了问题“%(title)s”的信息。",
    Kind.CONFIRMED: "客户确认问题“%(title)s”已解决。",
    Kind.REOPENED: "客户重新打开了问题“%(title)s”。",
}


def save_notices(usernames: Iterable[str], now: datetime) -> None:
    """Give each of ``usernames`` the last few notices of their tickets, the newest unread."""
    events = Event.objects.select_related("ticket__owner", "ticket__assignee", "actor").order_by("-at")
    for username in usernames:
        to_owner = events.filter(ticket__owner__username=username, kind__in=TO_OWNER)
        to_assignee = events.filter(ticket__assignee__username=username, kind__in=TO_ASSIGNEE)
        newest = sorted([*to_owner[:KEPT], *to_assignee[:KEPT]], key=lambda event: event.at)[-KEPT:]
        for place, event in enumerate(newest):
            _save(event, None if place >= len(newest) - UNREAD else now)


def _save(event: Event, read_at: datetime | None) -> None:
    ticket, actor = event.ticket, event.actor
    words = {**TO_OWNER, **TO_ASSIGNEE}[Kind(event.kind)]
    text = _(words) % {"title": ticket.title, "number": actor.staff_number if actor else ""}
    user = ticket.owner if event.kind in TO_OWNER else ticket.assignee
    assert user is not None  # noqa: S101 - a step like this needs someone who has claimed
    notice = Notice.objects.create(
        user=user, text=text[:300], url=ticket.get_absolute_url(), read_at=read_at, mailed_at=event.at
    )
    Notice.objects.filter(pk=notice.pk).update(created_at=event.at)
