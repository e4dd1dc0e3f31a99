"""The operator's data directory: one folder that holds everything the portal must not lose.

``postgres/`` the embedded database, ``media/`` uploaded files, ``keys/`` secrets, ``outbox/`` mail of a portal without
a mail server, ``run/`` the database's socket, ``logs/``, ``lock``, and ``portal.json``: who runs it now.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from fasteners import InterProcessLock


class StartError(Exception):
    """Why the portal cannot start, as one sentence for the operator."""


def is_root() -> bool:
    """Say whether this process is the superuser (never on Windows)."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def write_private(path: Path, text: str) -> None:
    """Replace a file at once and durably, readable for its owner only: after a crash it is the old or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class DataDirectory:
    """A data directory, made on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: InterProcessLock | None = None

    @property
    def state_file(self) -> Path:
        """``portal.json``: the process ids of the running portal, by role."""
        return self.path / "portal.json"

    def open(self) -> None:
        """Make the directory if it is missing. Raises StartError when it cannot be written."""
        try:
            # As root the database runs as another user, who has to pass through here to reach its own folder.
            self.path.mkdir(mode=0o711 if is_root() else 0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise StartError(
                f"数据目录 {self.path} 无法写入：{error.strerror}。请换一个目录或修改它的权限。"
            ) from error

    def folder(self, name: str) -> Path:
        """A private folder inside, made if it is missing."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def secret(self, name: str) -> str:
        """A secret of ``keys/``, made of 48 random bytes when first asked for."""
        file = self.folder("keys") / name
        try:
            if not file.exists():
                write_private(file, secrets.token_urlsafe(48))
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise StartError(f"密钥文件 {file} 无法读取：{error.strerror}。请用建立它的用户运行。") from error

    def lock(self) -> None:
        """Take the directory for this process until it ends. Raises StartError when another portal runs on it."""
        lock = InterProcessLock(self.path / "lock")
        try:
            taken = lock.acquire(blocking=False)
        except OSError as error:
            raise StartError(f"数据目录 {self.path} 无法加锁：{error.strerror}。") from error
        if not taken:
            running = self.state().get("supervisor")
            which = f"（进程 {running}）" if running else ""
            raise StartError(f"数据目录 {self.path} 正由另一个云桌面{which}使用，请先停止它，或用 --dir 换一个目录。")
        self._lock = lock

    def state(self) -> dict[str, Any]:
        """What ``portal.json`` says; empty when no portal has run here."""
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return state

    def write_state(self, state: dict[str, Any]) -> None:
        """Tell others who runs here."""
        write_private(self.state_file, json.dumps(state, indent=1))
