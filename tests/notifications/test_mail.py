"""The same by mail."""

from __future__ import annotations

import email
import os
import socket
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import override_settings

from clouddesk.config import settings as product
from clouddesk.notifications.models import Notice
from clouddesk.notifications.tasks import mail_notice
from clouddesk.notifications.workflow import tell
from tests import factories

pytestmark = pytest.mark.django_db
RunJobs = Callable[[], int]


def test_whoever_is_told_gets_a_mail_that_leads_to_the_page(run_jobs: RunJobs) -> None:
    person = factories.customer()
    with override_settings(PUBLIC_URL="https://desk.example.com"):
        tell(person, "您的问题“结账报错”有了答复，请确认是否解决。", "/tickets/WT20261124-000001/")
        assert run_jobs() == 1
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert sent.subject == "您的问题“结账报错”有了答复，请确认是否解决。"
    assert person.real_name in sent.body
    assert "https://desk.example.com/tickets/WT20261124-000001/" in sent.body


def test_a_job_that_runs_twice_mails_once(run_jobs: RunJobs) -> None:
    notice = tell(factories.customer(), "有了答复", "/")
    run_jobs()
    mail_notice(notice_id=notice.pk)
    mail_notice(notice_id=notice.pk + 1000)
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again_and_the_notice_stays() -> None:
    notice = tell(factories.customer(), "有了答复", "/")
    with (
        mock.patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError),
        pytest.raises(ConnectionRefusedError),
    ):
        mail_notice(notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.mailed_at is None
    assert mail_notice.retry_strategy is not None
    mail_notice(notice_id=notice.pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("text", ["标题\r\nBcc: all@example.com", "a\nSubject: b", "x" * 300, "\u2028行"])
def test_a_title_starts_no_header_of_its_own(run_jobs: RunJobs, text: str) -> None:
    tell(factories.customer(), text, "/")
    run_jobs()
    message = mail.outbox[0].message()
    assert set(message.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID",
    }  # fmt: skip
    assert len(mail.outbox[0].subject.splitlines()) == 1
    assert len(mail.outbox[0].subject) <= 80


def test_the_sender_may_have_a_name(run_jobs: RunJobs) -> None:
    notice = tell(factories.customer(), "有了答复", "/")
    with override_settings(DEFAULT_FROM_EMAIL="云桌面 <desk@example.com>"):
        run_jobs()
        message = mail.outbox[0].message()
    assert message["Message-ID"] == f"<notice-{notice.pk}@example.com>"


def test_who_has_no_mail_address_is_told_in_the_portal_alone(run_jobs: RunJobs) -> None:
    tell(factories.customer(email=""), "有了答复", "/")
    assert run_jobs() == 0
    assert Notice.objects.count() == 1


def test_mails_land_as_files_unless_a_server_is_named(run_jobs: RunJobs, tmp_path: Path) -> None:
    with mock.patch.dict("os.environ"):
        os.environ.pop("EMAIL_URL", None)
        chosen = product._mail()
    assert chosen["EMAIL_FILE_PATH"] == product.DATA / "outbox" / "mail"
    with override_settings(EMAIL_BACKEND=chosen["EMAIL_BACKEND"], EMAIL_FILE_PATH=tmp_path / "outbox" / "mail"):
        tell(factories.customer(), "有了答复", "/tickets/x/")
        run_jobs()
    (file,) = (tmp_path / "outbox" / "mail").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert message["Subject"] == "有了答复"


class Inbox:
    """What arrived at a mail server."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def test_an_smtp_server_named_in_the_environment_gets_the_mail(run_jobs: RunJobs) -> None:
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with mock.patch.dict("os.environ", {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}):
            chosen = product._mail()
        person = factories.customer()
        with override_settings(**chosen):
            tell(person, "您的问题有了答复", "/tickets/x/")
            run_jobs()
    finally:
        server.stop()
    (message,) = inbox.messages
    assert message["To"] == person.email
    assert message["Subject"] == "您的问题有了答复"
    assert "/tickets/x/" in message.get_content()
    assert message["Message-ID"].startswith("<notice-")


def test_the_address_of_the_server_may_hold_a_password_and_encryption() -> None:
    address = "smtp://desk%40example.com:p%3Aw@mail.example.com:587?tls=1"
    with mock.patch.dict("os.environ", {"EMAIL_URL": address}):
        chosen = product._mail()
    assert (chosen["EMAIL_HOST"], chosen["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (chosen["EMAIL_HOST_USER"], chosen["EMAIL_HOST_PASSWORD"]) == ("desk@example.com", "p:w")
    assert (chosen["EMAIL_USE_TLS"], chosen["EMAIL_USE_SSL"]) == (True, False)
