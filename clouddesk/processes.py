"""Processes that are no children of ours: found, and ended."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

_PATIENCE_SECONDS = 5.0


def named_in(name: str, folder: Path) -> list[psutil.Process]:
    """The processes of that name whose working directory is ``folder``."""
    found = psutil.process_iter(["name", "cwd"])
    return [process for process in found if (process.info["name"], process.info["cwd"]) == (name, str(folder))]


def end(process: psutil.Process, how: signal.Signals) -> None:
    """Ask a process to end, and make it when it does not within seconds."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(how)
        if not _is_over(process):
            process.kill()
            _is_over(process)


def _is_over(process: psutil.Process) -> bool:
    """Wait for the end of a process; one that nobody has reaped yet is over too."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
