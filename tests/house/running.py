"""A whole portal in processes of its own, for tests that start, kill and ask it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 60.0  # seconds until a test gives up waiting; a portal needs few of them


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait for a true answer and return it; fail with ``what`` when it does not come."""
    deadline = time.monotonic() + seconds
    while not (answer := holds()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return answer


def environment() -> dict[str, str]:
    """The environment of an operator who has set nothing."""
    ours = ("CLOUDDESK_", "DATABASE_URL", "EMAIL_URL", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def clouddesk(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "clouddesk.cli", *words]
    return subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False, **more
    )


class Portal:
    """``clouddesk testbed`` on a directory; ``start`` returns when it has told that it serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.told: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[str]:
        """The supervisor."""
        assert self._process is not None
        return self._process

    def launch(self) -> subprocess.Popen[str]:
        """Start it and leave it at that."""
        command = [
            sys.executable,
            "-m",
            "clouddesk.cli",
            "testbed",
            "--dir",
            str(self.folder),
            "--port",
            str(self.port),
        ]
        with self.folder.with_suffix(".err").open("ab") as errors:
            return subprocess.Popen(
                [*command, "--json"], env=environment(), stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def start(self) -> None:
        """Start it and read what it tells."""
        self._process = self.launch()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.folder.with_suffix(".err").read_text()
        self.told = json.loads(line)

    def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def pids(self) -> dict[str, int]:
        """The process ids by role, as they are now."""
        state = json.loads((self.folder / "portal.json").read_text())
        return {role: pid for role, pid in state.items() if isinstance(pid, int)}

    def family(self) -> list[psutil.Process]:
        """All its processes, the supervisor's own included."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def status(self, path: str) -> int:
        """The status with which a page answers; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        return self.status("/readyz") == 200

    def wait_until_ready(self, seconds: float = PATIENCE) -> None:
        """Wait until it says that it can serve."""
        wait_until(self.is_ready, "the portal is ready", seconds)


def is_over(process: psutil.Process) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def kill(pid: int) -> None:
    """``kill -9``, of a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
