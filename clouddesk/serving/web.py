"""The web server: ``python -m clouddesk.serving.web HOST PORT``, started by the supervisor."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from clouddesk.serving.guard import end_with_parent

WORKERS = int(os.environ.get("CLOUDDESK_WEB_WORKERS", str(min(2, os.cpu_count() or 1))))
# A thread waits for the body of a slow upload; database connections are counted apart (CLOUDDESK_POOL).
THREADS = int(os.environ.get("CLOUDDESK_WEB_THREADS", "16"))
_STOP_SECONDS = 8


def main() -> None:
    """Serve until told to stop."""
    host, port = sys.argv[1], int(sys.argv[2])
    end_with_parent()
    # Loaded once, before the workers are forked: they share its memory, and a new one stands at once.
    from clouddesk.config.wsgi import application

    gc.collect()
    gc.freeze()
    server = Server(
        "clouddesk.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=_in_worker(application), wrap_loader=False)


def _in_worker(application: Callable[..., Any]) -> Callable[[], Callable[..., Any]]:
    def load() -> Callable[..., Any]:
        end_with_parent()
        return application

    return load


if __name__ == "__main__":
    main()
