"""A process that the supervisor keeps alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from clouddesk.datadir import StartError

# Waiting before the next start, by the number of deaths in a row: the first is answered at once.
_BACK_OFF = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
# Who lived so long has recovered.
_STEADY_SECONDS = 20.0
_STOP_SECONDS = 10.0

Launch = Callable[[], "subprocess.Popen[bytes]"]


def python(module: str, *arguments: str, environment: dict[str, str], log: IO[bytes] | None) -> Launch:
    """How to launch a module of ours in a process of its own, out of reach of the terminal's Ctrl-C."""

    def launch() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log if log is not None else sys.stderr,
            stderr=log,
            start_new_session=True,
        )

    return launch


@dataclass
class Child:
    """One role: how it is launched, and the process that plays it now."""

    role: str
    launch: Launch
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    _started: float = field(default=0.0, repr=False)
    _due: float = field(default=0.0, repr=False)

    @property
    def pid(self) -> int | None:
        """The process id, None while it is down."""
        return self.process.pid if self.process else None

    def keep_alive(self, now: float) -> bool:
        """Note a death, start it when it is due. Returns whether the process changed."""
        if self.process is not None and self.process.poll() is not None:
            self._note_death(now)
        if self.process is None and now >= self._due:
            self._started = now
            try:
                self.process = self.launch()
            except (OSError, StartError) as error:  # no memory, a full disk: it may be better in a moment
                print(f"{self.role}: {error}", file=sys.stderr, flush=True)
                self._note_death(now)
            return True
        return False

    def _note_death(self, now: float) -> None:
        self.process = None
        self.deaths = 1 if now - self._started > _STEADY_SECONDS else self.deaths + 1
        self._due = now + _BACK_OFF[min(self.deaths, len(_BACK_OFF)) - 1]

    def ask_to_stop(self) -> None:
        """Ask it to finish what it is doing and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait for its end after ``ask_to_stop``; make it end when it does not."""
        if self.process is None:
            return
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def now() -> float:
    """The clock that ``keep_alive`` counts by, in seconds."""
    return time.monotonic()
