"""Mail goes out beside the page, so that a slow mail server keeps nobody waiting."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clouddesk.notifications.models import Notice

SUBJECT_LENGTH = 80


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=4))
def mail_notice(notice_id: int) -> None:
    """Mail a notice once; a second run after a crash finds it marked and sends nothing."""
    notice = Notice.objects.select_related("user").filter(pk=notice_id, mailed_at=None).first()
    if notice is None:
        return
    link = f"{settings.PUBLIC_URL}{notice.url}"
    body = _("%(name)s，您好：\n\n%(text)s\n\n查看详情：%(link)s\n") % {
        "name": notice.user.real_name,
        "text": notice.text,
        "link": link,
    }
    # Mail servers drop a second copy of the same Message-ID, should the mark below be lost in a crash.
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {"Message-ID": f"<notice-{notice.pk}@{sender.rpartition('@')[2]}>"}
    EmailMessage(_subject(notice.text), body, to=[notice.user.email], headers=headers).send()
    Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())


def _subject(text: str) -> str:
    """One line: a title in the text must not start a header of its own."""
    return " ".join(text.split())[:SUBJECT_LENGTH]
