"""The name under which a file is shown and downloaded again."""

from __future__ import annotations

import re
import unicodedata

from clouddesk.files.kinds import PICTURE_ENDINGS, Kind

LONGEST = 120
# What Windows forbids in names, which is where most of the files are opened again.
FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
# Control, format (direction marks among them), surrogate, line and paragraph separator
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def display_name(name: str, kind: Kind) -> str:
    """``name`` without path, direction marks and forbidden characters, short, with an ending that fits ``kind``.

    An ending that does not belong to the content gets the right one behind it: ``run.bat`` that holds text becomes
    ``run.bat.txt``, which no double click can run.
    """
    base = re.split(r"[/\\]", name)[-1]
    visible = "".join(" " if char.isspace() else char for char in base if unicodedata.category(char) not in INVISIBLE)
    clean = FORBIDDEN.sub("_", visible).rstrip(" .")
    stem, dot, ending = clean.rpartition(".")
    fitting = PICTURE_ENDINGS if kind.content_type.startswith("image/") else kind.endings
    if not dot or ending.lower() not in fitting:
        stem, ending = clean, kind.endings[0]
    return f"{stem[: LONGEST - len(ending) - 1].strip(' .') or '附件'}.{ending}"
