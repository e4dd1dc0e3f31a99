"""What every page shows of a person's messages."""

from typing import Any

from django.http import HttpRequest

from clouddesk.statements import fetch

# Every page asks this.
UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM notifications_notice WHERE user_id = %s AND read_at IS NULL LIMIT 100
    ) AS unread
"""


def unread(request: HttpRequest) -> dict[str, Any]:
    """``unread_messages``: how many notices wait for the signed-in person, counted up to 100."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_messages": 0}
    ((count,),) = fetch(UNREAD, [user.pk])
    return {"unread_messages": count}
