"""Lets several things happen at once, each in a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all ``acts`` at one moment; return what each returned, or the exception that it raised."""
    start = Barrier(len(acts), timeout=20)

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return act()
        except Exception as error:  # whatever it was is what the caller asks about
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: Sequence[Any], kind: type[Exception]) -> list[Exception]:
    """The refusals among ``results``; anything else that went wrong is raised."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, kind):
            raise result
    return [result for result in results if isinstance(result, kind)]
