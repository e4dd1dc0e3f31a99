"""The embedded PostgreSQL starts whatever was left behind, and lets nobody else in."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from clouddesk.datadir import DataDirectory, StartError
from clouddesk.embedded import Cluster
from tests.house.running import is_over, kill, wait_until

CHEAP = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    # The database of a root's run belongs to another user, who has to come through.
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    data = DataDirectory(tmp_path / "data")
    data.open()
    return data


@pytest.fixture
def cluster(data: DataDirectory) -> Iterator[Cluster]:
    cluster = Cluster(data, CHEAP)
    yield cluster
    cluster.stop()


def ask(cluster: Cluster, query: str) -> object:
    with psycopg.connect(cluster.address, autocommit=True) as connection:
        answer = connection.execute(query)
        row = answer.fetchone() if answer.description else None
    return row[0] if row else None


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_is_private_and_its_role_is_no_superuser(cluster: Cluster, data: DataDirectory) -> None:
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT current_user") == "clouddesk"
    assert ask(cluster, "SELECT current_setting('is_superuser')") == "off"
    assert [mode(data.path / name) for name in ("postgres", "run", "keys")] == [0o700] * 3
    assert mode(data.path / "keys" / "database_password") == 0o600
    assert mode(data.path) & 0o066 == 0
    assert not psutil.Process(cluster.pid).net_connections(kind="inet")
    assert (ask(cluster, "SHOW fsync"), ask(cluster, "SHOW synchronous_commit")) == ("off", "on")


def test_wants_the_password(cluster: Cluster, data: DataDirectory) -> None:
    cluster.start(subprocess.DEVNULL)
    right = data.secret("database_password")
    for address in (cluster.address.replace(right, "wrong"), cluster.address.replace("//clouddesk:", "//postgres:")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address)


def test_keeps_what_was_written(cluster: Cluster) -> None:
    cluster.start(subprocess.DEVNULL)
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS number")
    cluster.stop()
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT number FROM kept") == 7


def test_starts_after_kill_9(cluster: Cluster) -> None:
    cluster.start(subprocess.DEVNULL)
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS number")
    assert cluster.pid
    kill(cluster.pid)
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT number FROM kept") == 7


def test_takes_over_from_a_server_that_outlived_its_supervisor(cluster: Cluster, data: DataDirectory) -> None:
    orphan = Cluster(data, CHEAP)
    orphan.start(subprocess.DEVNULL)
    ask(orphan, "CREATE TABLE kept AS SELECT 7 AS number")
    assert orphan.pid
    cluster.start(subprocess.DEVNULL)
    assert is_over(psutil.Process(orphan.pid))
    assert ask(cluster, "SELECT number FROM kept") == 7


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal")
def test_stops_when_its_supervisor_is_killed(data: DataDirectory) -> None:
    program = (
        "import subprocess, sys, time; from pathlib import Path\n"
        "from clouddesk.datadir import DataDirectory; from clouddesk.embedded import Cluster\n"
        "cluster = Cluster(DataDirectory(Path(sys.argv[1]))); cluster.start(subprocess.DEVNULL)\n"
        "print(cluster.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", program, str(data.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        server = psutil.Process(int(supervisor.stdout.readline()))
        supervisor.kill()
    wait_until(lambda: is_over(server), "the server has stopped")


def test_forgets_a_lock_file_whose_number_is_another_process_now(cluster: Cluster, data: DataDirectory) -> None:
    cluster.start(subprocess.DEVNULL)
    cluster.stop()
    stranger = os.getppid()
    (data.path / "run" / ".s.PGSQL.5432.lock").write_text(f"{stranger}\n{data.path}/postgres\n0\n5432\n")
    (data.path / "postgres" / "postmaster.pid").write_text(f"{stranger}\n{data.path}/postgres\n0\n5432\n\n\n\nready\n")
    assert cluster.running_address() is None
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT 1") == 1
    assert psutil.pid_exists(stranger)


def test_mends_a_making_that_was_stopped_half_way(cluster: Cluster, data: DataDirectory) -> None:
    half = data.path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT 1") == 1
    assert not half.exists()


def test_says_that_another_version_made_the_directory(cluster: Cluster, data: DataDirectory) -> None:
    (data.path / "postgres").mkdir()
    (data.path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartError, match="PostgreSQL 16"):
        cluster.start(subprocess.DEVNULL)


def test_leaves_a_folder_alone_that_holds_no_database(cluster: Cluster, data: DataDirectory) -> None:
    (data.path / "postgres").mkdir()
    (data.path / "postgres" / "mine.txt").write_text("mine")
    with pytest.raises(StartError, match="不是一个完整的数据库"):
        cluster.start(subprocess.DEVNULL)
    assert (data.path / "postgres" / "mine.txt").read_text() == "mine"


def test_without_unix_sockets_it_listens_on_loopback_with_the_password(
    cluster: Cluster, data: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    cluster.start(subprocess.DEVNULL)
    assert ask(cluster, "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.address.replace(data.secret("database_password"), "wrong"))
    listening = {connection.laddr.ip for connection in psutil.Process(cluster.pid).net_connections(kind="inet")}
    assert listening == {"127.0.0.1"}


def test_a_deep_directory_gets_a_short_place_for_the_socket(tmp_path: Path) -> None:
    deep = DataDirectory(tmp_path / ("d" * 100) / "data")
    deep.open()
    cluster = Cluster(deep, CHEAP)
    try:
        cluster.start(subprocess.DEVNULL)
        assert ask(cluster, "SELECT 1") == 1
        socket_folder = Path(str(psycopg.conninfo.conninfo_to_dict(cluster.address)["host"]))
        assert mode(socket_folder) == 0o700
        visitor = Cluster(deep, CHEAP)
        assert visitor.running_address() == cluster.address
        visitor.stop()
        assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.stop()
    assert not socket_folder.exists()
