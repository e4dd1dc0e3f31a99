"""A million tickets as rows, spread over people, products and years as they are in a service desk's life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from bench.people import Cast, Subject
from bench.prose import Writer
from bench.vocabulary import Vocabulary
from clouddesk.entries.words import document
from clouddesk.tickets.models import Event, State, shelf_for

YEARS = 5
CHINA = timezone(timedelta(hours=8))
EVENTS_PER_TICKET = 4  # at most: asked, claimed, answered, confirmed
MOST_READS = 50_000

# Shares of all tickets; the open ones are among the newest.
OPEN_WINDOW, OPEN_IN_WINDOW = 0.008, 0.5
PRIVATE, WITHDRAWN = 0.03, 0.01
OF_BUSIEST_CUSTOMER = 0.0012  # with what everybody asks, two thousand of a million
OPEN_STATES = ([State.WAITING, State.WORKING, State.NEEDS_INFO, State.ANSWERED], [4, 3, 1, 2])

ENTRY_COLUMNS = (
    "id number owner_id title product_id module_id version_id shelf reads favorites created_at updated_at words"
).split()
TICKET_COLUMNS = (
    "entry_id company_id kind_id urgency description private state assignee_id answered_at solved_at rating "
    "rating_comment"
).split()
EVENT_COLUMNS = "id ticket_id actor_id kind at body internal".split()


@dataclass(frozen=True)
class Day:
    """A day's tickets: the ``count`` ones from ``first`` on, counting from 0."""

    day: date
    first: int
    count: int


@dataclass
class Rows:
    """Rows of the three tables, with the columns above; ``words`` is text that the database makes a vector of."""

    entries: list[tuple[Any, ...]]
    tickets: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]


def days(total: int, until: date) -> list[Day]:
    """Spread ``total`` tickets over the years before ``until``: more each year, at months' ends, on working days."""
    span = YEARS * 365
    calendar = [until - timedelta(days=span - n) for n in range(span)]
    cumulated = list(accumulate(_busyness(day, n / span) for n, day in enumerate(calendar)))
    edges = [0, *(round(total * part / cumulated[-1]) for part in cumulated)]
    runs = zip(calendar, pairwise(edges), strict=True)
    return [Day(day, first, end - first) for day, (first, end) in runs if end > first]


def _busyness(day: date, progress: float) -> float:
    closing = 1.6 if day.day >= 26 or day.day <= 3 else 1.0
    working = 1.0 if day.weekday() < 5 else 0.15
    return (1 + progress) * closing * working


class Maker:
    """Makes tickets; what number ``n`` holds depends on the seed of its batch alone, not on who else makes some."""

    def __init__(self, cast: Cast, vocabulary: Vocabulary, total: int, now: datetime) -> None:
        self._cast, self._vocabulary, self._total, self._now = cast, vocabulary, total, now
        self._subject_weights = [1 / (n % 10 + 1) ** 0.7 for n in range(len(cast.subjects))]

    def make(self, batch: list[Day]) -> Rows:
        """Make all tickets of the days of ``batch``."""
        self._random = Random(batch[0].first)
        self._writer = Writer(self._random, self._vocabulary)
        rows = Rows([], [], [])
        for day in batch:
            for position, moment in enumerate(self._moments(day), start=1):
                self._add(rows, day.first + position, f"WT{day.day:%Y%m%d}-{position:06d}", moment)
        return rows

    def _moments(self, day: Day) -> list[datetime]:
        opening = datetime.combine(day.day, time(8, 30), CHINA)
        seconds = sorted(self._random.randrange(9 * 3600 * 1000) for _ in range(day.count))
        return [(opening + timedelta(milliseconds=each)).astimezone(UTC) for each in seconds]

    def _add(self, rows: Rows, key: int, number: str, created: datetime) -> None:
        random, cast = self._random, self._cast
        subject: Subject = random.choices(cast.subjects, self._subject_weights)[0]
        owner, company = self._customer()
        state, private = self._state(key), random.random() < PRIVATE
        engineer = None if state in (State.WAITING, State.WITHDRAWN) else random.choice(cast.engineers)
        text = self._writer.write(subject.module_name)
        updated = min(created + timedelta(days=random.expovariate(1 / 3)), self._now)
        answered = created + (updated - created) * 0.7 if state in (State.ANSWERED, State.SOLVED) else None
        solved = updated if state == State.SOLVED else None
        rating = random.choices((5, 4, 3, 2, 1), (60, 25, 9, 3, 3))[0] if solved else None
        reads = min(int(random.paretovariate(0.8)) - 1, MOST_READS) if solved else random.randrange(4)
        shelf = shelf_for(state, private=private)
        rows.entries.append(
            (
                key,
                number,
                owner,
                text.title,
                subject.product,
                subject.module,
                self._version(subject),
                int(shelf),
                0 if private else reads,
                0 if private else int(reads * random.random() * 0.1),
                created,
                updated,
                document(number, text.title, text.description),
            )
        )
        kind, urgency = random.choice(cast.kinds), random.choices((1, 2, 3, 4), (3, 17, 50, 30))[0]
        rows.tickets.append(
            (
                key,
                company,
                kind,
                urgency,
                text.description,
                private,
                str(state),
                engineer,
                answered,
                solved,
                rating,
                "",
            )
        )
        happened = [(owner, Event.Kind.SUBMITTED, created, "")]
        if engineer:
            happened.append((engineer, Event.Kind.CLAIMED, created + (updated - created) * 0.2, ""))
        if engineer and answered:
            happened.append((engineer, Event.Kind.ANSWERED, answered, text.answer))
        if solved:
            happened.append((owner, Event.Kind.CONFIRMED, solved, ""))
        rows.events.extend(
            (key * EVENTS_PER_TICKET + n, key, actor, str(kind), at, body, False)
            for n, (actor, kind, at, body) in enumerate(happened)
        )

    def _customer(self) -> tuple[int, int]:
        customers = self._cast.customers
        if self._random.random() < OF_BUSIEST_CUSTOMER:
            return customers[0]
        return customers[int(len(customers) * self._random.random() ** 1.2)]

    def _version(self, subject: Subject) -> int:
        newest_most = [3, 2, 1][: len(subject.versions)]
        return self._random.choices(subject.versions, newest_most)[0]

    def _state(self, key: int) -> State:
        newest = max(2, round(self._total * OPEN_WINDOW))
        if key > self._total - newest and self._random.random() < OPEN_IN_WINDOW:
            return self._random.choices(*OPEN_STATES)[0]
        return State.WITHDRAWN if self._random.random() < WITHDRAWN else State.SOLVED


def batches(calendar: list[Day], size: int) -> Iterator[list[Day]]:
    """Cut the calendar into runs of days with some ``size`` tickets each."""
    batch: list[Day] = []
    for day in calendar:
        batch.append(day)
        if sum(each.count for each in batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
