"""Numbers of mainland China however they are written, and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouddesk.accounts.fields import REAL_NAME, USER_NAME, normal_phone

digits = "0123456789"
blanks = st.sampled_from(["", " ", "-", "－", "–"])
countries = st.sampled_from(["", "+86", "+86 ", "0086", "86-", "＋８６ "])


@given(
    country=countries,
    second=st.sampled_from("3456789"),
    rest=st.text(digits, min_size=9, max_size=9),
    gaps=st.tuples(blanks, blanks),
)
def test_a_mobile_number_is_the_same_however_it_is_written(
    country: str, second: str, rest: str, gaps: tuple[str, str]
) -> None:
    number = f"1{second}{rest}"
    assert normal_phone(f"{country}{number[:3]}{gaps[0]}{number[3:7]}{gaps[1]}{number[7:]}") == number


@given(
    area=st.sampled_from(["010", "021", "029", "0531", "0755", "0991"]),
    first=st.sampled_from("23456789"),
    rest=st.text(digits, min_size=7, max_size=7),
    gap=blanks,
    mark=st.sampled_from(["-", "转", " 转 ", "分机", "ext", "x", "#"]),
    extension=st.text(digits, max_size=6),
)
def test_a_landline_number_is_the_same_however_it_is_written(
    area: str, first: str, rest: str, gap: str, mark: str, extension: str
) -> None:
    local = f"{first}{rest}"
    tail = f"{mark}{extension}" if extension else ""
    expected = f"{area}-{local}" + (f"-{extension}" if extension else "")
    for written in (f"{area}{gap}{local}{tail}", f"({area}){local}{tail}", f"+86 {area.lstrip('0')}{gap}{local}{tail}"):
        assert normal_phone(written) == expected
    assert len(expected) <= 20  # what the column holds
    assert normal_phone(expected) == expected


def test_smaller_cities_have_seven_digits() -> None:
    assert normal_phone("0546-8301234") == "0546-8301234"
    assert normal_phone("010-8301234") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1380010150",
        "138001015000",
        "12800101500",
        "85106000",
        "0531-851060001",
        "0531-8510600a",
        "00531-85106000",
        "0531-85106000-",
        "0531-85106000-1234567",
        "+1 202 555 0143",
        "+852 2345 6789",
        "400-658-6000",
        "110",
        "电话13800101500",
        "13800101500转8",
        "１３８００１０１５０",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert normal_phone(text) is None


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_not(text: str) -> None:
    number = normal_phone(text)
    assert number is None or normal_phone(number) == number


@given(st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x323AF, categories=["Lo"]), min_size=2, max_size=8))
def test_rare_han_make_a_name(name: str) -> None:
    assert REAL_NAME.fullmatch(name)


@given(st.characters(categories=["L", "N", "P", "S", "M", "Z", "C"], max_codepoint=0x2FFF))
def test_no_other_script_makes_a_name(char: str) -> None:
    assert not REAL_NAME.fullmatch(f"王{char}晓") or char == "·"


@given(st.text(min_size=1))
def test_user_names_are_what_any_keyboard_types(text: str) -> None:
    assert bool(USER_NAME.fullmatch(text)) == (text.isascii() and text.isalnum())
