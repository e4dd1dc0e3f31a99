"""A portal with so many tickets: an ordinary data directory, filled once and served by `clouddesk serve` itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from clouddesk.datadir import DataDirectory, StartError
from clouddesk.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("clouddesk")
START_SECONDS = 60
# What the data depends on. Another content of these files makes it anew.
SOURCES = ["bench/*.py", "clouddesk/*/migrations/*.py", "clouddesk/entries/words.py", "clouddesk/embedded.py"]
OF_THE_RUN = {"client.py", "report.py", "measure.py", "run.py", "site.py", "inside.py", "urls.py", "__main__.py"}


@dataclass(frozen=True)
class Running:
    """A portal that serves: its port, its supervisor, and how long it took to answer /readyz."""

    port: int
    process: psutil.Process
    seconds_to_ready: float

    def memory(self) -> int:
        """Bytes of memory that the whole set-up takes; what processes share is counted once (PSS)."""
        processes = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_full_info().pss for process in processes)


class Site:
    """The data directory ``path`` with ``rows`` tickets."""

    def __init__(self, path: Path, rows: int) -> None:
        self.path, self.rows = path, rows
        self._stamp = path / "bench.json"

    def fill(self, progress: Callable[[str], None]) -> None:
        """Make the tickets, unless they are there already from an earlier run of the same sources."""
        wanted = {"rows": self.rows, "sources": _digest()}
        if self._stamp.exists() and json.loads(self._stamp.read_text()) == wanted:
            progress(f"{self.rows:,} tickets are there already in {self.path}")
            return
        progress(f"making {self.rows:,} tickets in {self.path} …")
        shutil.rmtree(self.path, ignore_errors=True)
        command = [sys.executable, "-m", "bench.fill", str(self.path), str(self.rows)]
        subprocess.run(command, env=self._environment(""), cwd=ROOT, check=True)
        self._stamp.write_text(json.dumps(wanted))

    @contextmanager
    def serve(self) -> Iterator[Running]:
        """Serve the portal as its operator would, with bench.settings for the settings."""
        port = _free_port()
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "CLOUDDESK_LOG_LEVEL": "WARNING"}
        environment.pop("DATABASE_URL", None)
        command = [str(PROGRAM), "serve", "--dir", str(self.path), "--port", str(port)]
        begun = time.perf_counter()
        with (self.path / "bench.log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            self._wait(process, port)
            yield Running(port, psutil.Process(process.pid), time.perf_counter() - begun)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def look(self) -> dict[str, Any]:
        """What bench.inside tells of the running portal."""
        environment = self._environment(self._running_address())
        command = [sys.executable, "-m", "bench.inside"]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        scene: dict[str, Any] = json.loads(done.stdout)
        return scene

    def _running_address(self) -> str:
        address = Cluster(DataDirectory(self.path)).running_address()
        if address is None:
            raise StartError(f"{self.path} 上没有运行中的数据库。")
        return address

    def _environment(self, address: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": address,
            "CLOUDDESK_DATA": str(self.path),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "CLOUDDESK_LOG_LEVEL": "WARNING",
        }

    def _wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise StartError(f"云桌面没有启动成功，原因见 {self.path / 'bench.log'}。")


def _digest() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            if file.name not in OF_THE_RUN:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
