"""What every page shows of a person's messages."""

from typing import Any

from django.http import HttpRequest

from clouddesk.notifications.models import Notice


def unread(request: HttpRequest) -> dict[str, Any]:
    """``unread_messages``: how many notices wait for the signed-in person, counted up to 100."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_messages": 0}
    return {"unread_messages": Notice.objects.filter(user=user, read_at=None)[:100].count()}
