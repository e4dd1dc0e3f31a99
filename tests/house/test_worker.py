"""The job worker: what is queued is done, and what a killed worker was at is done by another."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection

from clouddesk.notifications.models import Notice
from clouddesk.notifications.workflow import tell
from clouddesk.serving import worker
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, task_name FROM procrastinate_jobs WHERE task_name LIKE '%mail_notice'")
        found: list[tuple[str, str]] = cursor.fetchall()
    return found


def hand_to_worker(heartbeat_age: str) -> None:
    """As if a worker had begun the job and was last heard of so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [heartbeat_age],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", cursor.fetchone())


async def sweep() -> None:
    async with worker.opened():
        await worker.free_jobs_of_dead_workers()


def test_does_what_is_queued_and_forgets_it(mailoutbox: list[object]) -> None:
    tell(factories.customer(), "您的问题已答复", "/tickets/mine/")
    assert [status for status, _ in jobs()] == ["todo"]
    asyncio.run(worker.work(wait=False))
    assert len(mailoutbox) == 1
    assert Notice.objects.get().mailed_at is not None
    assert jobs() == []


def test_a_job_of_a_dead_worker_is_done_by_another(mailoutbox: list[object]) -> None:
    tell(factories.customer(), "您的问题已答复", "/tickets/mine/")
    hand_to_worker("1 minute")
    asyncio.run(sweep())
    asyncio.run(worker.work(wait=False))
    assert len(mailoutbox) == 1


def test_a_job_of_a_living_worker_is_left_to_it() -> None:
    tell(factories.customer(), "您的问题已答复", "/tickets/mine/")
    hand_to_worker("1 second")
    asyncio.run(sweep())
    assert [status for status, _ in jobs()] == ["doing"]
