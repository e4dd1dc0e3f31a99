"""A real browser on the real server: a test marked ``django_db(transaction=True)`` asks ``visit`` for pages."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.browser.portal import Portal, wait_for

TIMEOUT = 10_000  # milliseconds until a missing thing is a failure; nothing waits so long when all is well
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
REPORT = pytest.StashKey[bool]()

Visit = Callable[..., Page]
expect.set_options(timeout=TIMEOUT)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Let the fixtures know whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report.failed
    return report


@pytest.fixture(scope="session")
def portal(django_db_setup: None, database_address: str) -> Iterator[Portal]:
    """The server that the browser talks to."""
    # Playwright's loop runs in this thread, which would make Django refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    served = Portal(database_address)
    yield served
    served.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process: the system's, else Playwright's own."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    options = [*OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else OPTIONS
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=program, args=options)
        except Error as error:
            pytest.exit(f"Chromium cannot be started; install it or name it in CHROMIUM.\n{error.message}", 2)
        yield launched
        launched.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, portal: Portal, transactional_db: None) -> Iterator[Visit]:
    """``visit(user, path)`` opens a page in a browser of its own, in which ``user`` (None: a visitor) is signed in.

    More options are those of Playwright's new_context. When the test ends, no page may have broken the
    Content-Security-Policy or raised an error; of a failed test the pages are kept as pictures.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(user: Any = None, path: str = "", **options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": portal.base,
                "locale": "zh-CN",
                "timezone_id": "Asia/Shanghai",
                "reduced_motion": "reduce",
                **options,
            }
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.on("console", lambda message: _note_console(complaints, message))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        if user is not None:
            sign_in(context, user, portal.base)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_page
    if request.node.stash.get(REPORT, False):
        _keep_pictures(request.node.name, contexts, portal)
    for context in contexts:
        with suppress(Error):  # the test may have closed it
            context.set_offline(True)
            context.close()
    wait_for(_server_is_done, 30, lambda: "The server still works for pages that are closed.")
    assert complaints == [], "the browser complained"


def _server_is_done() -> bool:
    """Whether all of the server's connections have rested for a moment: emptying the tables would get in its way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (state <> 'idle' OR state_change > clock_timestamp() - interval '150 ms')"
        )
        (busy,) = cursor.fetchone()
    return bool(busy == 0)


def sign_in(context: BrowserContext, user: Any, base: str) -> None:
    """Give a browser window the session of ``user``."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def _note_console(complaints: list[str], message: ConsoleMessage) -> None:
    """Keep what the browser calls an error, but for answers that a test asked for (404, 403 and their like).

    A bare picture in a tab is no page of ours: what the browser draws around it breaks the file's strict policy.
    """
    of_a_file = urlsplit(message.location["url"]).path.startswith("/files/")
    if message.type == "error" and not message.text.startswith("Failed to load resource") and not of_a_file:
        complaints.append(message.text)


def _keep_pictures(name: str, contexts: list[BrowserContext], portal: Portal) -> None:
    folder = Path(tempfile.mkdtemp(prefix="clouddesk-failed-"))
    for number, page in enumerate(page for context in contexts for page in context.pages):
        try:
            page.screenshot(path=folder / f"{name[:80].replace('/', '_')}-{number}.png", full_page=True)
            print(f"{page.url}: {page.title()}")
        except Error as error:
            print(f"no picture of {page.url}: {error.message}")
    print(f"Pictures of the pages: {folder}\nThe server's last words:\n{portal.log_end()}")
