"""The portal as a whole: started, asked, killed, started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.house.running import Portal, clouddesk, free_port, is_over, kill, wait_until


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("portal") / "data")
    portal.start()
    yield portal
    portal.stop()


def test_tells_where_everything_is(portal: Portal) -> None:
    told = portal.told
    assert told["base"] == portal.base
    assert set(told["pids"]) == {"supervisor", "web", "worker", "postgres"}
    assert all(psutil.pid_exists(pid) for pid in told["pids"].values())
    assert len(told["accounts"]) == 8
    assert {"role", "username", "password", "tickets"} <= set(told["accounts"][0])
    for name in ("mail_dir", "sms_dir", "media_dir"):
        assert Path(told[name]).is_relative_to(portal.folder)


def test_serves_pages_and_listens_on_loopback_alone(portal: Portal) -> None:
    assert [portal.status(path) for path in ("/healthz", "/readyz", "/login/", "/nothing/")] == [200, 200, 200, 404]
    listening = {
        connection.laddr.ip
        for process in portal.family()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_keeps_secrets_private(portal: Portal) -> None:
    for file in (portal.folder / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in ("keys", "logs", "media", "postgres", "run"):
        assert stat.S_IMODE((portal.folder / folder).stat().st_mode) == 0o700
    words = [word for process in portal.family() for word in process.cmdline()]
    for file in (portal.folder / "keys").iterdir():
        assert not any(file.read_text() in word for word in words), "a secret stands on a command line"


@pytest.mark.parametrize("role", ["web", "worker", "postgres"])
def test_comes_back_when_a_process_is_killed(portal: Portal, role: str) -> None:
    before = portal.pids()[role]
    kill(before)
    wait_until(lambda: portal.pids().get(role, before) != before, f"another {role}")
    portal.wait_until_ready()


def test_comes_back_when_a_web_worker_is_killed(portal: Portal) -> None:
    web = psutil.Process(portal.pids()["web"])
    before = {child.pid for child in web.children()}
    kill(min(before))
    wait_until(
        lambda: len({child.pid for child in web.children()} - {min(before)}) == len(before), "another web worker"
    )
    portal.wait_until_ready()


def test_goes_on_when_a_backend_is_killed(portal: Portal) -> None:
    server = psutil.Process(portal.pids()["postgres"])
    backend = next(child for child in server.children() if "[local]" in " ".join(child.cmdline()))
    kill(backend.pid)
    wait_until(lambda: is_over(backend), "the backend is gone")
    portal.wait_until_ready()
    assert portal.status("/login/") == 200


def test_starts_again_after_the_supervisor_is_killed(portal: Portal) -> None:
    family = portal.family()
    kill(portal.process.pid)
    portal.process.wait()
    portal.start()
    assert all(is_over(process) for process in family)
    assert portal.is_ready()
    assert len(portal.told["accounts"]) == 8


def test_starts_again_after_everything_is_killed_at_once(portal: Portal) -> None:
    for process in portal.family():
        kill(process.pid)
    portal.process.wait()
    portal.start()
    assert portal.is_ready()


def test_a_second_portal_on_the_directory_is_refused(portal: Portal) -> None:
    refused = clouddesk("serve", "--dir", str(portal.folder), "--port", str(free_port()))
    assert refused.returncode == 1
    assert str(portal.process.pid) in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert portal.is_ready()


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = clouddesk("serve", "--dir", str(tmp_path / "data"), "--port", str(port))
    assert refused.returncode == 1
    assert f"端口 {port} 无法使用" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_administration_uses_the_running_database(portal: Portal) -> None:
    counted = clouddesk("manage", "--dir", str(portal.folder), "shell", "-v0", "-c",
                        "from clouddesk.accounts.models import User; print(User.objects.count())")  # fmt: skip
    assert counted.returncode == 0, counted.stderr
    assert int(counted.stdout) >= 8
    doctor = clouddesk("doctor", "--dir", str(portal.folder))
    assert doctor.returncode == 0, doctor.stdout
    assert "✗" not in doctor.stdout
    assert portal.is_ready()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_without_a_trace(portal: Portal, number: signal.Signals) -> None:
    family = portal.family()
    os.kill(portal.process.pid, number)
    assert portal.process.wait(60) == 0
    assert all(is_over(process) for process in family)
    assert not (portal.folder / "portal.json").exists()
    assert not (portal.folder / "postgres" / "postmaster.pid").exists()
    portal.start()


def test_answers_503_in_the_portals_look_while_the_database_is_away(portal: Portal) -> None:
    server = psutil.Process(portal.pids()["postgres"])
    (portal.folder / "postgres" / "PG_VERSION").rename(portal.folder / "PG_VERSION")  # it cannot come back yet
    kill(server.pid)
    try:
        assert wait_until(lambda: portal.status("/readyz") == 503, "not ready")
        assert portal.status("/healthz") == 200
    finally:
        (portal.folder / "PG_VERSION").rename(portal.folder / "postgres" / "PG_VERSION")
    portal.wait_until_ready()


def test_routes_name_methods_and_circles() -> None:
    listed = clouddesk("routes", "--json")
    assert listed.returncode == 0, listed.stderr
    routes = {route["path"]: route for route in json.loads(listed.stdout)}
    assert routes["/healthz"]["access"] == "public"
    assert routes["/logout/"]["methods"] == ["POST"]
    assert routes["/desk/tickets/"]["access"] == "staff"


def test_help_names_every_command() -> None:
    shown = clouddesk()
    assert shown.returncode == 0
    for command in ("demo", "serve", "testbed", "routes", "doctor", "migrate", "manage"):
        assert f"    {command} " in shown.stdout


def test_stops_while_it_prepares_and_the_next_start_finishes_that(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "data")
    with portal.launch() as supervisor:
        wait_until((portal.folder / "postgres" / "PG_VERSION").exists, "the database is made")
        supervisor.terminate()
    assert supervisor.returncode == 0
    assert not (portal.folder / "postgres" / "postmaster.pid").exists()
    portal.start()
    assert len(portal.told["accounts"]) == 8
    assert portal.stop() == 0
