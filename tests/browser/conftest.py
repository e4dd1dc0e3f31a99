"""A real browser on the real server: a test marked ``django_db(transaction=True)`` asks ``visit`` for pages."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.browser.portal import Portal

TIMEOUT = 15_000  # milliseconds until a missing thing is a failure; nothing waits so long when all is well
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
        context.close()
    assert complaints == [], "the browser complained"


def sign_in(context: BrowserContext, user: Any, base: str) -> None:
    """Give a browser window the session of ``user``."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def _note_console(complaints: list[str], message: ConsoleMessage) -> None:
    """Keep what the browser calls an error, but for answers that a test asked for (404, 403 and their like)."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
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
