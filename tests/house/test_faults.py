"""Nothing lost, nothing doubled: whatever is killed, a question that was acknowledged is there, once and whole."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from clouddesk.datadir import DataDirectory
from clouddesk.embedded import Cluster
from tests.house.running import PATIENCE, Portal, kill, wait_until
from tests.house.writers import Writer

WRITERS = 8
SERVING_WITHIN = 10.0  # seconds, without a hand: a promise, not a speed
MEMBERS = ("customer", "colleague", "stranger", "vip", "vip_administrator")

_DOUBLED = "SELECT title FROM entries_entry GROUP BY title HAVING count(*) > 1"
# What belongs together is written in one transaction: a ticket without its first event, an attachment without its
# upload, a receipt that leads nowhere would be half an object.
_HALVES = {
    "tickets without an event": "SELECT count(*) FROM tickets_ticket t WHERE NOT EXISTS "
    "(SELECT FROM tickets_event e WHERE e.ticket_id = t.entry_id)",
    "receipts that lead nowhere": "SELECT count(*) FROM submissions_receipt WHERE url = ''",
    "attachments without an upload": "SELECT count(*) FROM tickets_attachment a WHERE NOT EXISTS "
    "(SELECT FROM files_upload u WHERE u.id = a.upload_id)",
}


def kill_web(portal: Portal) -> None:
    kill(portal.pids()["web"])


def kill_web_worker(portal: Portal) -> None:
    kill(random.choice(psutil.Process(portal.pids()["web"]).children()).pid)


def kill_worker(portal: Portal) -> None:
    kill(portal.pids()["worker"])


def kill_postgres(portal: Portal) -> None:
    kill(portal.pids()["postgres"])


def kill_backend(portal: Portal) -> None:
    children = psutil.Process(portal.pids()["postgres"]).children()
    backends = [child for child in children if "[local]" in " ".join(child.cmdline())]
    kill(random.choice(backends).pid)


def kill_everything(portal: Portal) -> None:
    """All at once; then the same command again, as an operator's service manager gives it."""
    for process in portal.family():
        kill(process.pid)
    portal.process.wait()
    portal.start()


FAULTS = (kill_web, kill_web_worker, kill_worker, kill_postgres, kill_backend, kill_everything)


def write_through(portal: Portal, faults: Sequence[Callable[[Portal], None]], within: float) -> list[Writer]:
    """Let eight people write while the faults happen one after the other at random moments.

    After each, pages have to be served and questions taken ``within`` seconds.
    """
    stop = threading.Event()
    choices = choices_of(portal.told)
    accounts = [account for account in portal.told["accounts"] if account["role"] in MEMBERS]
    writers = []
    for number in range(WRITERS):
        account = accounts[number % len(accounts)]
        name = f"写手{number}-{random.randrange(10**9)}"
        writers.append(Writer(portal, name, account["username"], account["password"], choices, stop))
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        wait_until(
            lambda: acknowledged_by(writers) and all(writer.acknowledged for writer in writers), "everybody writes"
        )
        for fault in faults:
            time.sleep(random.uniform(0.2, 1.5))  # the moment is what is random, nothing is waited for
            strike(portal, fault, writers, within)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return writers


def strike(portal: Portal, fault: Callable[[Portal], None], writers: list[Writer], within: float) -> None:
    """Do it, and see that pages are served and questions taken again in time."""
    count = acknowledged_by(writers)
    started = time.monotonic()
    try:
        fault(portal)
    except (psutil.NoSuchProcess, LookupError):  # what the one before killed is not back yet
        return
    portal.wait_until_ready(within)
    left = within - (time.monotonic() - started)
    wait_until(lambda: acknowledged_by(writers) > count, f"a write after {fault.__name__}", left)


def acknowledged_by(writers: list[Writer]) -> int:
    """How many questions were acknowledged; fails when a writer met what nobody should meet."""
    assert [writer.problem for writer in writers if writer.problem] == []
    return sum(len(writer.acknowledged) for writer in writers)


def choices_of(told: dict[str, Any]) -> dict[str, str]:
    """The choices of the question form: the first product's first module and version."""
    product = told["catalog"]["products"][0]
    return {
        "product": str(product["id"]),
        "module": str(product["modules"][0]["id"]),
        "version": str(product["versions"][0]["id"]),
        "kind": str(told["catalog"]["kinds"][0]["id"]),
        "urgency": "2",
    }


def look_for_damage(portal: Portal, writers: list[Writer]) -> None:
    """Compare what was acknowledged with what is in the database and on the disk."""
    assert acknowledged_by(writers)
    address = Cluster(DataDirectory(portal.folder)).running_address()
    assert address
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT title, number FROM entries_entry WHERE title LIKE '写手%'").fetchall()
        assert connection.execute(_DOUBLED).fetchall() == []
        halves = {what: connection.execute(query).fetchone() for what, query in _HALVES.items()}
        files = connection.execute("SELECT file, size FROM files_upload").fetchall()
    kept: dict[str, str] = dict(rows)
    acknowledged = {title: number for writer in writers for title, number in writer.acknowledged.items()}
    assert {title: kept.get(title) for title in acknowledged} == acknowledged
    assert halves == dict.fromkeys(_HALVES, (0,))
    torn = [name for name, size in files if (portal.folder / "media" / name).stat().st_size != size]
    assert torn == []


@pytest.fixture
def portal(tmp_path: Path) -> Any:
    portal = Portal(tmp_path / "data")
    portal.start()
    yield portal
    portal.stop()


def test_one_round(portal: Portal) -> None:
    writers = write_through(portal, [kill_web_worker, kill_backend, kill_postgres], PATIENCE)
    look_for_damage(portal, writers)


@pytest.mark.faults
def test_twenty_rounds(portal: Portal) -> None:
    faults = [*FAULTS * 3, kill_everything, kill_postgres]
    random.shuffle(faults)
    writers = write_through(portal, faults, SERVING_WITHIN)
    look_for_damage(portal, writers)
    tries = sum(writer.tries for writer in writers)
    acknowledged = sum(len(writer.acknowledged) for writer in writers)
    print(
        f"\n{len(faults)} faults, {tries} sent, {acknowledged} acknowledged, none lost, none doubled", file=sys.stderr
    )
