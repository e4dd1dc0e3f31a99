"""The icons that pages name."""

from __future__ import annotations

import re
from pathlib import Path

import clouddesk
from clouddesk.ui import navigation
from clouddesk.ui.assets import draw_icon

PACKAGE = Path(clouddesk.__file__).parent
LISTED = set((PACKAGE / "ui/frontend/icons.txt").read_text().split())
NAMED = re.compile(r"""\b(?:icon|empty|event)\(\s*["']([a-z0-9-]+)["']""")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = {
        (template.name, name)
        for template in PACKAGE.glob("*/templates/**/*.html")
        for name in NAMED.findall(template.read_text())
    }
    assert named
    assert {pair for pair in named if pair[1] not in LISTED} == set()


def test_every_part_has_an_icon_of_the_sprite() -> None:
    assert {part.icon for part in navigation._parts.values()} <= LISTED


def test_an_icon_is_hidden_from_screen_readers() -> None:
    drawn = draw_icon("bell", "icon-sm")
    assert 'class="icon icon-sm"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert '#bell"' in drawn
