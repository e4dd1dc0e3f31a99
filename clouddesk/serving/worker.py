"""The job worker: ``python -m clouddesk.serving.worker``, started by the supervisor.

A job whose worker was killed is known by the worker's missing heartbeat and is run again; so every job may run twice.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from clouddesk.serving.guard import end_with_parent

if TYPE_CHECKING:
    from procrastinate import App

CONCURRENCY = int(os.environ.get("CLOUDDESK_JOBS", "2"))
HEARTBEAT_SECONDS = 5
DEAD_AFTER_SECONDS = 20
_STOP_SECONDS = 8
# Beside the jobs: fetching, listening, the heartbeat, the sweep.
_CONNECTIONS = CONCURRENCY + 4

log = logging.getLogger(__name__)


def main() -> None:
    """Work until told to stop."""
    end_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")
    import django

    django.setup()
    asyncio.run(work())


@asynccontextmanager
async def opened() -> AsyncIterator[App]:
    """The job queue, on connections of this process's own."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=_CONNECTIONS)
    with app.replace_connector(connector):
        async with app.open_async():
            yield app


async def work(*, wait: bool = True) -> None:
    """Work on the jobs of all queues; without ``wait`` until there are none left."""
    async with opened() as app:
        sweep = asyncio.create_task(_sweep())
        try:
            await app.run_worker_async(
                concurrency=CONCURRENCY,
                wait=wait,
                delete_jobs="successful",
                shutdown_graceful_timeout=_STOP_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
            )
        finally:
            sweep.cancel()


async def _sweep() -> None:
    """Look for jobs of dead workers again and again."""
    from procrastinate.exceptions import ConnectorException

    while True:
        try:
            await free_jobs_of_dead_workers()
        except ConnectorException as error:
            log.warning("jobs of dead workers were not looked for: %s", error)
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def free_jobs_of_dead_workers() -> None:
    """Give the jobs of workers without a heartbeat to the living."""
    from procrastinate.contrib.django import app

    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        log.warning("job %s of a dead worker is run again", job.id)
        await app.job_manager.retry_job(job)


if __name__ == "__main__":
    main()
