"""Telling people things: a notice in the portal and the same by mail, both or neither with the change they tell of."""

from django.utils import timezone

from clouddesk.accounts.models import User
from clouddesk.notifications.models import Notice


def tell(user: User, text: str, url: str) -> Notice:
    """Tell ``user`` something (at most 300 characters) that leads to ``url``, in the portal now and by mail soon.

    Called inside the transaction of the change it tells of, the mail's job is part of that transaction too.
    """
    from clouddesk.notifications.tasks import mail_notice

    notice = Notice.objects.create(user=user, text=text[:300], url=url)
    if user.email:
        mail_notice.defer(notice_id=notice.pk)
    return notice


def mark_read(user: User, notice_id: int | None = None) -> None:
    """Mark one notice of ``user``, or all of them, as read."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    unread.update(read_at=timezone.now())
