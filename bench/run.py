"""The run: what is measured on a portal with many tickets and one with ten, and the limits of each figure."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from PIL import Image

from bench.client import Request, load
from bench.measure import added_milliseconds, ratio, times_as_long
from bench.report import Figure, Limit
from bench.site import Running, Site

FEW_ROWS = 10
LEAST_RATIO = 0.4
MOST_QUERIES, MOST_DETAIL_QUERIES = 12, 15
MOST_KEYWORD_MEDIAN, MOST_KEYWORD_WORST = 30.0, 100.0
MOST_SUBMIT = 3.0
MOST_START_SECONDS, MOST_MEGABYTES = 5.0, 400.0
IDLE_SECONDS = 5
WARM_UP_SECONDS = 2.0
ATTACHMENT_SIDE = 1290  # pixels; noise of this size makes 5 MB, since it cannot be compressed
BASELINE = Request.get("/bench/baseline/")
MEBIBYTE = 1024 * 1024
CSRF = "c" * 32


@dataclass(frozen=True)
class Portal:
    """A running portal and what bench.inside tells of it."""

    running: Running
    scene: dict[str, Any]

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self.running.port

    def get(self, page: dict[str, Any]) -> Request:
        """The request of a page by whom it is for."""
        return Request.get(page["path"], self.scene["cookies"][page["who"]])


def run(directory: Path, rows: int, seconds: float, only: str) -> list[Figure]:
    """Make the data, start the portals, measure what ``only`` names (everything if it is empty)."""
    many, few = Site(directory / "many", rows), Site(directory / "few", FEW_ROWS)
    for site in (few, many):
        site.fill(_say)
    with many.serve() as running, few.serve() as running_few:
        figures = list(_start_and_memory(running)) if not only else []
        portal, small = Portal(running, many.look()), Portal(running_few, few.look())
        for each in (portal, small):
            # Connections are made and statements prepared before anything counts.
            load(each.port, [BASELINE, *map(each.get, each.scene["lists"][:8])], WARM_UP_SECONDS)
        parts: dict[str, Callable[[], Iterator[Figure]]] = {
            "lists": lambda: _lists(portal, seconds),
            "details": lambda: _details(portal, seconds),
            "few": lambda: _few_and_many(portal, small, rows, seconds),
            "keywords": lambda: _keywords(portal),
            "submit": lambda: _submit(portal),
        }
        for name, measure in parts.items():
            if only in ("", name):
                _say(f"measuring {name} …")
                figures += measure()
        figures.append(Figure("memory after the load (PSS)", running.memory() / MEBIBYTE, " MB"))
    return figures


def _say(text: str) -> None:
    print(text, flush=True)


def _start_and_memory(running: Running) -> Iterator[Figure]:
    yield Figure("start to /readyz", running.seconds_to_ready, " s", MOST_START_SECONDS, Limit.AT_MOST)
    time.sleep(IDLE_SECONDS)
    yield Figure("idle memory (PSS)", running.memory() / MEBIBYTE, " MB", MOST_MEGABYTES, Limit.AT_MOST)


def _lists(portal: Portal, seconds: float) -> Iterator[Figure]:
    """Of each list and page number the slowest sort and node, since every one must keep the limit."""
    groups = defaultdict(list)
    for page in portal.scene["lists"]:
        groups[page["list"], page["page"]].append(page)
    for (name, number), pages in groups.items():
        ratios = [(_ratio(portal, [page], seconds), page) for page in pages]
        slowest, page = min(ratios, key=lambda pair: pair[0])
        middle = median(value for value, _ in ratios)
        note = f"slowest of {len(pages)}: {page['sort']} {page['node']}; median {middle:.2f}"
        yield Figure(f"{name}, page {number}", slowest, "", LEAST_RATIO, Limit.AT_LEAST, note)
        queries = max(page["queries"] for page in pages)
        yield Figure(f"{name}, page {number}: queries", queries, "", MOST_QUERIES, Limit.AT_MOST)


def _ratio(portal: Portal, pages: list[dict[str, Any]], seconds: float) -> float:
    return ratio(portal.port, [portal.get(page) for page in pages], BASELINE, seconds).value


def _details(portal: Portal, seconds: float) -> Iterator[Figure]:
    groups = defaultdict(list)
    for page in portal.scene["details"]:
        groups[page["list"]].append(page)
    for name, pages in groups.items():
        value = _ratio(portal, pages, 4 * seconds)
        yield Figure(name, value, "", LEAST_RATIO, Limit.AT_LEAST, f"{len(pages)} tickets in turn")
        yield Figure(f"{name}: queries", pages[0]["queries"], "", MOST_DETAIL_QUERIES, Limit.AT_MOST)


def _few_and_many(portal: Portal, small: Portal, rows: int, seconds: float) -> Iterator[Figure]:
    """First pages in their usual order and a ticket's page, at ten tickets and at many."""
    usual = {"sort": ("-updated", "-reads", ""), "node": ("all", "waiting"), "page": (1,)}
    for name in ("mine", "hot", "solved", "pending", "desk", "detail"):
        values = []
        for each in (small, portal):
            pages = [
                page
                for page in [*each.scene["lists"], *each.scene["details"]]
                if page["list"] == name and (name == "detail" or all(page[key] in usual[key] for key in usual))
            ]
            values.append(_ratio(each, pages, 2 * seconds) if pages else float("nan"))
        note = f"{values[0]:.2f} at {FEW_ROWS} tickets, {values[1]:.2f} at {rows:,}"
        yield Figure(f"{name}: many to few", values[1] / values[0], note=note)


def _keywords(portal: Portal) -> Iterator[Figure]:
    cookie = portal.scene["cookies"]["customer"]
    added = []
    for each in portal.scene["keywords"]:
        page, plain = Request.get(each["path"], cookie), Request.get(each["plain"], cookie)
        milliseconds = added_milliseconds(portal.port, page, plain)
        if milliseconds > MOST_KEYWORD_WORST:
            milliseconds = added_milliseconds(portal.port, page, plain)
        added.append((milliseconds, each["name"]))
    worst, name = max(added)
    yield Figure(
        "keyword over plain list, median",
        median(value for value, _ in added),
        " ms",
        MOST_KEYWORD_MEDIAN,
        Limit.AT_MOST,
        f"{len(added)} keywords × nodes × sorts",
    )
    yield Figure("keyword over plain list, worst", worst, " ms", MOST_KEYWORD_WORST, Limit.AT_MOST, name)


def _submit(portal: Portal) -> Iterator[Figure]:
    picture = _picture()
    fields = {
        **portal.scene["question"],
        "urgency": 3,
        "title": "月末结账时提示凭证不平",
        "description": "附件是报错的截图，请工程师帮忙看一下。",
        "csrfmiddlewaretoken": CSRF,
    }
    body, content_type = _multipart(fields, "attachments", picture)
    bare, bare_type = _multipart({}, "file", picture)
    cookie = f"{portal.scene['cookies']['customer']}; {portal.scene['csrf_cookie']}={CSRF}"
    submit = Request.post("/tickets/new/", body, content_type, cookie)
    upload = Request.post("/bench/upload/", bare, bare_type)
    value = times_as_long(portal.port, (submit, 302), (upload, 200))
    note = f"attachment of {len(picture) / MEBIBYTE:.1f} MB"
    yield Figure("submit over bare upload", value, " ×", MOST_SUBMIT, Limit.AT_MOST, note)


def _picture() -> bytes:
    noise = Random(1).randbytes(ATTACHMENT_SIDE * ATTACHMENT_SIDE * 3)
    file = BytesIO()
    Image.frombytes("RGB", (ATTACHMENT_SIDE, ATTACHMENT_SIDE), noise).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _multipart(fields: dict[str, Any], file_field: str, file: bytes) -> tuple[bytes, str]:
    mark = "bench-part"
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"--{mark}\r\n{head.format(name)}\r\n\r\n{value}\r\n".encode() for name, value in fields.items()]
    file_head = f'--{mark}\r\n{head.format(file_field)}; filename="截图.png"\r\nContent-Type: image/png\r\n\r\n'
    body = b"".join(parts) + file_head.encode() + file + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"
