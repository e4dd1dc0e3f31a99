"""The real web server and job worker, on this process's test database and its directory of files."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

START_SECONDS = 30


class Portal:
    """Web server at ``base``; what it says goes to ``log``."""

    def __init__(self, database_address: str) -> None:
        port = _free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.log = Path(settings.DATA) / "web.log"
        self.mails = Path(settings.DATA) / "outbox" / "mail"
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_address,
            "DJANGO_SETTINGS_MODULE": "clouddesk.config.settings",
            "CLOUDDESK_URL": self.base,
            "CLOUDDESK_POOL": "4",
            "CLOUDDESK_WEB_WORKERS": "1",
        }
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "clouddesk.serving.web", "127.0.0.1", str(port)]
            self._web = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        wait_for(self._answers, START_SECONDS, lambda: f"The web server does not answer:\n{self.log_end()}")

    def run_jobs(self) -> None:
        """Let the real worker do every job that waits."""
        work = "import asyncio, django; django.setup(); from clouddesk.serving.worker import work; "
        command = [sys.executable, "-c", f"{work}asyncio.run(work(wait=False))"]
        done = subprocess.run(command, env=self._environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def log_end(self) -> str:
        """The last lines that the server wrote."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])

    def stop(self) -> None:
        """End the server."""
        self._web.terminate()
        try:
            self._web.wait(10)
        except subprocess.TimeoutExpired:
            self._web.kill()
            self._web.wait()

    def _answers(self) -> bool:
        if self._web.poll() is not None:
            raise RuntimeError(f"The web server ended at once:\n{self.log_end()}")
        try:
            with urlopen(f"{self.base}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def wait_for(condition: Callable[[], object], seconds: float, words: Callable[[], str]) -> None:
    """Return as soon as ``condition`` holds; raise TimeoutError with ``words`` when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(words())
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
