from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouddesk.files.kinds import JPEG, PDF, PNG, TEXT, XLSX
from clouddesk.files.names import LONGEST, display_name


@pytest.mark.parametrize(
    ("given_name", "kind", "shown"),
    [
        ("结账报错.png", PNG, "结账报错.png"),
        ("photo.JPG", PNG, "photo.JPG"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\用户\\日志.log", TEXT, "日志.log"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("invoice.pdf.exe", PDF, "invoice.pdf.exe.pdf"),
        ("报表\u202egnp.xslx", XLSX, "报表gnp.xslx.xlsx"),
        ("a\0b.png", PNG, "ab.png"),
        ("line\nbreak.png", PNG, "linebreak.png"),
        ('a"b<c>.jpg', JPEG, "a_b_c_.jpg"),
        ("", PNG, "附件.png"),
        (".png", PNG, "附件.png"),
        ("𠮷.png", PNG, "𠮷.png"),
    ],
)
def test_names_keep_what_is_harmless(given_name: str, kind: object, shown: str) -> None:
    assert display_name(given_name, kind) == shown  # type: ignore[arg-type]


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_visible_one_with_the_right_ending(name: str) -> None:
    shown = display_name(name, PDF)
    assert shown.lower().endswith(".pdf")
    assert len(shown) <= LONGEST
    assert not set(shown) & set('/\\<>:"|?*')
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in shown)
