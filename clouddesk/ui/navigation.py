"""The parts of the portal, as the header and the desktop show them. A room adds its own when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clouddesk.access import Access
from clouddesk.ui.addresses import url


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A part of the portal, named as in the manual.

    ``title`` and ``summary`` are lazily translated words, ``icon`` a Tabler icon, ``url_name`` the page that it
    opens, ``access`` the circle that it is shown to, ``position`` its place. ``waiting`` counts what waits for someone.
    """

    key: str
    title: Any
    summary: Any
    icon: str
    url_name: str
    access: Access
    position: int
    waiting: Callable[[Any], int] | None = None

    def holds(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to this part.

        /tickets/mine/ stands for everything beneath /tickets/, but /desk/tickets/ only for what is beneath itself.
        """
        steps = url(self.url_name).split("/")
        depth = 3 if steps[1] == "desk" else 2
        return path.split("/")[:depth] == steps[:depth]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Add a part; called from ``AppConfig.ready``. The same key again replaces it."""
    _parts[part.key] = part


def parts_for(user: Any) -> list[Part]:
    """The parts that ``user`` may open, in order."""
    return sorted((part for part in _parts.values() if part.access.admits(user)), key=lambda part: part.position)
