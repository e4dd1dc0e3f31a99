"""The templates' environment: what every template can call, without saying where it comes from."""

from typing import Any

from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined

from clouddesk.ui import formats, widgets
from clouddesk.ui.addresses import url
from clouddesk.ui.assets import asset, draw_icon
from clouddesk.ui.translating import remembered, translate


def environment(**options: Any) -> Environment:
    """Make the environment. A name that is not there is an error, never an empty space on the page."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options.pop("autoescape", None)
    env = Environment(**options, autoescape=True, extensions=["jinja2.ext.i18n"])
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        _=translate,
        url=url,
        asset=asset,
        draw_icon=draw_icon,
        remembered=remembered,
        control=widgets.control,
        choices=widgets.choices,
        is_group=widgets.is_group,
    )
    env.filters.update(
        datetime=formats.format_datetime,
        date=formats.format_date,
        ago=formats.format_ago,
        filesize=formats.format_filesize,
        json=formats.format_json,
    )
    return env
