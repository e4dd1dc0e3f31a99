"""Starts the portal in order, keeps its processes alive, stops it in the reverse order.

The supervisor itself stays small: it does not load Django. Whatever needs it runs in a process of its own.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from clouddesk.datadir import DataDirectory, StartError
from clouddesk.embedded import Cluster
from clouddesk.serving.child import Child, now, python

_LOOK_SECONDS = 0.5
_START_SECONDS = 60
# A portal that was killed a moment ago still holds its port until its processes are gone.
_PORT_SECONDS = 3
_LOG_BYTES = 10 * 1024 * 1024
_DEATHS_AT_START = 3


@dataclass(frozen=True)
class Options:
    """How a portal is run."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    # "", "demo" or "testbed": what is loaded before pages are served.
    content: str = ""
    # Messages go to logs/portal.log in the data directory instead of standard error.
    log_to_file: bool = False


class Supervisor:
    """One portal on one data directory."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.data = DataDirectory(options.data)
        self.prepared: dict[str, Any] = {}
        self._log: IO[bytes] | None = None
        self._cluster: Cluster | None = None
        self._children: list[Child] = []
        self._preparing: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._wake = threading.Event()

    @property
    def address(self) -> str:
        """Where a browser on this machine reaches the portal."""
        host = "127.0.0.1" if self.options.host in ("0.0.0.0", "::", "") else self.options.host  # noqa: S104 (compared)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.options.port}"

    def state(self) -> dict[str, Any]:
        """Who runs here: the process ids by role."""
        pids = {child.role: child.pid for child in self._children}
        return {"address": self.address, "supervisor": os.getpid(), **pids}

    def run(self, when_ready: Callable[[Supervisor], None]) -> None:
        """Start, call ``when_ready`` once pages are served, and keep everything running until told to stop.

        Raises StartError when the portal cannot be started.
        """
        os.umask(0o077)  # whatever is written here is nobody else's business
        self.data.open()
        self.data.lock()
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)
        if hasattr(signal, "SIGCHLD"):
            signal.signal(signal.SIGCHLD, lambda *_: self._wake.set())
        try:
            self._start()
            self._wait_until_ready()
            if not self._stopping:
                when_ready(self)
            while not self._stopping:
                self._tick()
        finally:
            self._stop()

    # Starting

    def _start(self) -> None:
        self._check_port()
        self._log = self._open_log()
        environment = self._start_database()
        if self._stopping:
            return
        self.prepared = self._prepare(environment)
        host, port = self.options.host, str(self.options.port)
        web = python("clouddesk.serving.web", host, port, environment=environment, log=self._log)
        worker = python("clouddesk.serving.worker", environment=environment, log=self._log)
        self._children += [Child("web", web), Child("worker", worker)]

    def _start_database(self) -> dict[str, str]:
        """Start the embedded database unless the operator named another; returns the children's environment."""
        self.data.secret("secret_key")
        usual = {"CLOUDDESK_URL": self.address, "DJANGO_SETTINGS_MODULE": "clouddesk.config.settings"}
        environment = {name: os.environ.get(name, value) for name, value in usual.items()}
        environment |= {"CLOUDDESK_DATA": str(self.data.path), "PYTHONUNBUFFERED": "1"}
        if "DATABASE_URL" in os.environ:
            return environment
        cluster = self._cluster = Cluster(self.data)
        process = cluster.start(self._log)
        self._children.append(Child("postgres", lambda: cluster.launch(self._log), process))
        return {**environment, "DATABASE_URL": cluster.address}

    def _prepare(self, environment: dict[str, str]) -> dict[str, Any]:
        """Migrate and load; returns what the preparing process tells (see clouddesk.serving.prepare)."""
        command = [sys.executable, "-m", "clouddesk.serving.prepare", *filter(None, [self.options.content])]
        whole = {**os.environ, **environment}
        process = self._preparing = subprocess.Popen(
            command, env=whole, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
        out, _ = process.communicate()
        self._preparing = None
        told: dict[str, Any] = json.loads(out) if out.strip() else {}
        if process.returncode and not self._stopping:
            raise StartError(told.get("problem", "数据库升级或数据载入失败，原因见上面的信息。"))
        return told

    def _wait_until_ready(self) -> None:
        deadline = now() + _START_SECONDS
        while not self._stopping and not self._is_ready():
            self._tick(seconds=0.05)
            if any(child.deaths >= _DEATHS_AT_START for child in self._children) or now() > deadline:
                raise StartError(f"云桌面没有启动成功，原因见{self._where_logged()}。")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310 (our own address)
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _check_port(self) -> None:
        host, port = self.options.host, self.options.port
        deadline = now() + _PORT_SECONDS
        while (problem := _cannot_listen(host, port)) is not None:
            if problem == errno.EADDRINUSE and now() < deadline:
                self._wake.wait(0.1)
                continue
            reasons = {errno.EADDRINUSE: "已被另一个程序占用", errno.EACCES: "需要更高的权限"}
            reason = reasons.get(problem, os.strerror(problem))
            raise StartError(
                f"{host} 的端口 {port} 无法使用：{reason}。请用 --port 换一个端口，例如 --port {port + 1}。"
            )

    def _open_log(self) -> IO[bytes] | None:
        if not self.options.log_to_file:
            return None
        file = self.data.folder("logs") / "portal.log"
        if file.exists() and file.stat().st_size > _LOG_BYTES:
            file.replace(file.with_suffix(".log.1"))
        return file.open("ab")

    def _where_logged(self) -> str:
        return f"日志 {self.data.path / 'logs' / 'portal.log'}" if self.options.log_to_file else "上面的日志"

    # Running and stopping

    def _tick(self, seconds: float = _LOOK_SECONDS) -> None:
        """Start what is down and due, then sleep until something happens."""
        self._wake.clear()
        changed = [child.keep_alive(now()) for child in self._children]
        if any(changed):
            self.data.write_state(self.state())
        if not self._stopping:
            self._wake.wait(seconds)

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True
        if self._preparing is not None:
            self._preparing.terminate()
        self._wake.set()

    def _stop(self) -> None:
        served = [child for child in self._children if child.role != "postgres"]
        for child in served:
            child.ask_to_stop()
        for child in served:
            child.stop()
        if self._cluster is not None:
            self._cluster.stop()
        self.data.state_file.unlink(missing_ok=True)


def _cannot_listen(host: str, port: int) -> int | None:
    """The error number with which listening there fails, None when it would succeed."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EINVAL
    return None
