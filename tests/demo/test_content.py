"""What the demo tells is worth reading, and agrees with itself; no database is needed for that."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from clouddesk.demo import content
from clouddesk.demo.content import FILES, Story
from clouddesk.demo.testbed import FOLDER
from clouddesk.demo.tickets import happenings
from clouddesk.demo.timeline import asked_at
from clouddesk.tickets.models import State

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
STORIES = content.stories()
CATALOGUE = content.catalogue()
DEMO_PEOPLE = {person.username: person for person in content.people().persons}
TESTBED_PEOPLE = {person.username: person for person in content.people(FOLDER / "people.toml").persons}
EVERY_STORY = [*STORIES, *content.stories(FOLDER / "tickets")]
HAN = re.compile(r"[\u4e00-\u9fff]")


def texts(story: Story) -> list[str]:
    """What was written in a ticket, its title and the few words of a rating left out."""
    return [story.text, *(step.text for step in story.steps if step.kind != "confirmed" and step.text)]


def test_there_are_as_many_people_and_tickets_as_promised() -> None:
    people = content.people()
    customers = [person for person in people.persons if not person.roles]
    assert len(STORIES) >= 120
    assert len(customers) >= 40
    assert len(people.companies) >= 12
    roles = {role for person in people.persons for role in person.roles}
    assert roles == {"consultant", "engineer", "editor", "supervisor"}
    assert any(person.contract and person.administrator for person in customers)
    assert any(person.contract and not person.administrator for person in customers)
    assert any(person.applies for person in customers)
    assert any(contract.ends < 0 for contract in people.contracts)


def test_every_ticket_is_written_by_itself() -> None:
    titles = Counter(story.title for story in EVERY_STORY)
    written = Counter(text for story in EVERY_STORY for text in texts(story))
    assert [title for title, count in titles.items() if count > 1] == []
    assert [text for text, count in written.items() if count > 1] == []


def test_no_two_answers_share_a_sentence() -> None:
    sentences = Counter(
        sentence
        for story in STORIES
        for text in texts(story)
        for sentence in set(re.split(r"[。；\n]", text))
        if len(HAN.findall(sentence)) >= 12
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_texts_say_something_in_chinese(story: Story) -> None:
    assert 4 <= len(story.title) <= 100
    for text in texts(story):
        assert len(HAN.findall(text)) >= 8, text
    assert not re.search(r"lorem|测试\d|xxx|TODO", " ".join([story.title, *texts(story)]), re.IGNORECASE)
    for step in story.steps:
        if step.kind == "answered":
            assert len(step.text) >= 50, step.text


@pytest.mark.parametrize("story", EVERY_STORY, ids=lambda story: story.title)
def test_every_story_names_what_exists(story: Story) -> None:
    persons = DEMO_PEOPLE if story.asker in DEMO_PEOPLE else TESTBED_PEOPLE
    product = next(product for product in CATALOGUE.products if product["code"] == story.product)
    assert story.module in product["modules"]
    assert story.version in product["versions"]
    assert story.kind in CATALOGUE.kinds
    assert story.urgency in range(1, 5)
    assert story.product in persons[story.asker].products
    if story.engineer:
        served = persons[story.engineer].modules
        assert {story.product, f"{story.product} {story.module}"} & set(served), story.engineer
    for step in story.steps:
        assert story.sender(step) in {*persons, ""}


@pytest.mark.parametrize("story", EVERY_STORY, ids=lambda story: story.title)
def test_every_story_happened_in_order_and_in_the_past(story: Story) -> None:
    asked = asked_at(story.asked, NOW)
    moments = [asked, *(item.at for item in happenings(story, asked, NOW))]
    assert all(before < after for before, after in pairwise(moments))
    assert moments[-1] < NOW


def test_each_state_has_its_share() -> None:
    ends = Counter()  # type: Counter[State]
    for story in STORIES:
        played = happenings(story, asked_at(story.asked, NOW), NOW)
        ends[played[-1].state if played else State.WAITING] += 1
    assert set(ends) == set(State)
    assert ends[State.SOLVED] > len(STORIES) / 2


def test_no_answer_waits_so_long_that_it_lapses_at_once() -> None:
    for story in STORIES:
        played = happenings(story, asked_at(story.asked, NOW), NOW)
        if played and played[-1].state == State.ANSWERED:
            assert story.asked.split()[0] in {"1d", "2d", "3d", "4d"}, story.title


def test_thirty_solved_questions_are_read_more_than_the_rest() -> None:
    public = [story for story in STORIES if story.steps and story.steps[-1].kind == "confirmed" and not story.private]
    reads = sorted((story.reads for story in public), reverse=True)
    assert len(reads) > 30
    assert reads[0] > reads[29] > 0


def test_every_file_is_named_and_every_name_has_a_file() -> None:
    used = {name for story in EVERY_STORY for name in [*story.files, *(n for step in story.steps for n in step.files)]}
    assert used == set(content.file_names()) == {file.name for file in FILES.iterdir()}


def test_pictures_are_small() -> None:
    assert [file.name for file in FILES.glob("*.png") if file.stat().st_size > 120_000] == []


def test_a_text_speaks_of_the_month_in_which_it_was_written() -> None:
    story = next(story for story in STORIES if "{月}" in story.text)
    in_january = content.dated(story, datetime(2027, 1, 30, 12, 0, tzinfo=UTC))
    assert "1月" in in_january.text
    for text in texts(content.dated(story, NOW)):
        assert "{" not in text


def test_a_calendar_word_wraps_at_the_turn_of_the_year() -> None:
    story = Story(
        asker="a", product="GS", module="总账", version="6.X", kind="应用问题", urgency=3, asked="1h",
        title="{上月} {月} {下月}", text="{上期间} {期间} {去年} {年}",
    )  # fmt: skip
    assert content.dated(story, datetime(2027, 1, 5, tzinfo=UTC)).title == "12 1 2"
    assert content.dated(story, datetime(2027, 1, 5, tzinfo=UTC)).text == "202612 202701 2026 2027"
    assert content.dated(story, datetime(2026, 12, 5, tzinfo=UTC)).title == "11 12 1"
