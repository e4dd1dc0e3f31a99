"""What every test can ask for; CONTRIBUTING.md says how to run them.

The controlling process starts one PostgreSQL and migrates a template once; each process works on a copy of it. A test
marked ``django_db`` is rolled back, one with ``transaction=True`` commits and leaves emptied tables behind.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from clouddesk.catalog import tree
from clouddesk.ui import branding
from tests import postgres

SERVER = pytest.StashKey[postgres.Server]()
BUILT = "clouddesk/ui/static/manifest.json"

# The same examples in every run: a test that fails does so because of the change at hand.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    if not (config.rootpath / BUILT).exists():
        raise pytest.UsageError("The pages' scripts are not built: run `make setup` or `python -m clouddesk.ui.build`.")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the server of the controlling process to a pytest-xdist worker."""
    node.workerinput["template_address"] = _server(node.config).template_address


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: from the first one on, Playwright's event loop runs in the main thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()
    shutil.rmtree(settings.DATA, ignore_errors=True)


def _server(config: pytest.Config) -> postgres.Server:
    if SERVER not in config.stash:
        config.stash[SERVER] = postgres.Server()
    return config.stash[SERVER]


@pytest.fixture(scope="session")
def template_address(pytestconfig: pytest.Config) -> str:
    """The address of the migrated database that others are copied from; nobody connects to it."""
    handed: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    return handed.get("template_address") or _server(pytestconfig).template_address


@pytest.fixture(scope="session")
def database_address(template_address: str) -> Iterator[str]:
    """The address of this process's test database."""
    address = postgres.copy(template_address, f"test_{os.getpid()}")
    yield address
    postgres.drop(address)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, database_address: str) -> None:
    """In place of pytest-django's, which would migrate a database for every process."""
    settings.DATABASES["default"].update(postgres.django_settings(database_address))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps for a while (the vendor, the product tree) is of a database that was rolled back."""
    branding.forget()
    tree.forget()


@pytest.fixture(autouse=True)
def _no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Emptying the tables after a test with real transactions leaves out the job queue's, which are no models."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """Run the jobs that wait, those that they add included, in this process and transaction; returns how many.

    An exception of a job is an exception of the test.
    """
    return _run_jobs


def _run_jobs() -> int:
    from procrastinate.contrib.django import app

    count = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs "
                "WHERE status = 'todo') RETURNING id, task_name, args::text"
            )
            job = cursor.fetchone()
            if job is None:
                return count
            app.tasks[job[1]](**json.loads(job[2]))
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job[0]])
            count += 1


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """``sign_in(user)`` is a browser without scripts in which ``user`` is signed in; ``sign_in()`` a visitor's."""

    def signed_in(user: Any = None, **options: Any) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
