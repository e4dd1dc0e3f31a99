"""The built files: addresses of scripts and styles, and the icons."""

import json
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from markupsafe import Markup


@cache
def _built() -> dict[str, str]:
    """Each file of frontend/src that the build lists, with the path that it was written to."""
    manifest = settings.STATIC_ROOT / "manifest.json"
    try:
        listed = json.loads(manifest.read_text())
    except OSError as error:
        raise ImproperlyConfigured("The pages' scripts are not built: run `python -m clouddesk.ui.build`.") from error
    return {name: entry["file"] for name, entry in listed.items()}


@cache
def asset(name: str) -> str:
    """The address of a file of frontend/src, such as ``main.ts`` or ``icons.svg``; it changes with the content."""
    return f"{settings.STATIC_URL}{_built()[f'src/{name}']}"


@cache
def draw_icon(name: str, class_: str = "") -> Markup:
    """The element that shows an icon of the sprite; a page has dozens, so each is written once."""
    classes = f"icon {class_}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        classes, asset("icons.svg"), name
    )
