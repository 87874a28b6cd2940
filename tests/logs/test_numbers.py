"""All writings of a phone are one number, words for a withheld one are none, and no two phones ever become one."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.logs.numbers import KEYPAD, Kind, reader
from simulator.scenario.errors import BadInput

ID = reader("ID")
MOBILE = "+6281200000001"
WRITINGS = [
    *("081200000001", "+6281200000001", "6281200000001", "006281200000001", "81200000001"),
    *("0812-0000-0001", "0812 0000 0001", "0812.0000.0001", "0812/0000/0001", "(0812) 00000001", "[0812] 0000-0001"),
    *("+62 812-0000-0001", "00 62 812 0000 0001", "+62 (0)812 0000 0001", "(+62) 812 0000 0001", "62-812-0000-0001"),
    *("tel:+62-812-0000-0001", "TEL:081200000001", "tel://081200000001", "+62 0812 0000 0001"),
    *('="081200000001"', '="+6281200000001"', "'081200000001", '"081200000001"', "  081200000001\t"),
    *("0812\u00a00000\u20090001", "\ufeff081200000001", "0812\u200b00000001", "\u202a+62 812 0000 0001\u202c"),
    *("\u200e081200000001\u200f", "0812\u20110000\u20130001", "0812\u22120000\u22120001", "0812\u00ad00000001"),
    *("０８１２０００００００１", "＋６２８１２０００００００１", "٠٨١٢٠٠٠٠٠٠٠١"),
    *("081200000001.0", "81200000001.0", "6281200000001.0", "81200000001,00"),
]


@pytest.mark.parametrize("text", WRITINGS)
def test_every_writing_of_a_phone_is_that_phone(text: str) -> None:
    found = ID(text)
    assert (found.kind, found.key) == (Kind.PHONE, MOBILE)


@pytest.mark.parametrize(
    "text, lost",
    [
        *(("81200000001", True), ("812-0000-0001", True), ("81200000001.0", True)),
        *(("081200000001", False), ("6281200000001", False), ("+6281200000001", False)),
    ],
)
def test_a_lost_zero_is_told(text: str, lost: bool) -> None:
    assert ID(text).zero_lost == lost


@pytest.mark.parametrize(
    "region, text, key",
    [
        ("ID", "021-5550123", "+62215550123"),
        ("ID", "+62 21 555 0123", "+62215550123"),
        ("ID", "+1 415 555 2671", "+14155552671"),
        ("ID", "0014155552671", "+14155552671"),
        ("ID", "+44 (0)20 7946 0958", "+442079460958"),
        ("id", "081200000001", MOBILE),
        ("MY", "012-345 6789", "+60123456789"),
        ("MY", "+6281200000001", MOBILE),
        ("SG", "9123 4567", "+6591234567"),
        ("US", "(415) 555-2671", "+14155552671"),
        ("IT", "06 698 12345", "+390669812345"),
    ],
)
def test_numbers_of_any_country_are_read_in_the_region_that_is_stated(region: str, text: str, key: str) -> None:
    found = reader(region)(text)
    assert (found.kind, found.key, found.zero_lost) == (Kind.PHONE, key, False)


WITHHELD = [
    *(
        "anonymous",
        "Anonymous",
        "ANONYMOUS",
        " anonymous ",
        "anonim",
        "Restricted",
        "unknown",
        "<unknown>",
        "Unknown Caller",
    ),
    *("private", "Private Number", "PRIVATE_NUMBER", "unavailable", "Not Available", "withheld", "Number withheld"),
    *("caller ID withheld", "No Caller ID", "out of area", "hidden", "sip:anonymous@anonymous.invalid", "none", "NULL"),
    *("nil", "N/A", "n.a.", "#N/A", "NaN", "\\N", "undefined", "-", "--", "—", "?", "***", ".", "xxx", "XXXXXXXXXXXX"),
    *(
        "nomor pribadi",
        "Nomor Pribadi",
        "No. Pribadi",
        "pribadi",
        "tidak dikenal",
        "Nomor tidak dikenal",
        "tak dikenal",
    ),
    *("tidak diketahui", "tanpa nomor", "nomor tersembunyi", "dirahasiakan", "tidak tersedia", "tidak ada", "kosong"),
    *("0", "00", "0000000000", "+000", "000-000-000", "0.0", "9999999999", "+1111111111"),
    *("+266696687", "266696687", "+86282452253", "86282452253", "+7378742833", "+8656696", "+7748283", "00266696687"),
]


@pytest.mark.parametrize("text", WITHHELD)
def test_words_and_fillers_are_a_withheld_number(text: str) -> None:
    found = ID(text)
    assert (found.kind, found.filler) == (Kind.WITHHELD, True)


@pytest.mark.parametrize("text", ["", " ", "\u200b", '=""', "'"])
def test_an_empty_cell_is_withheld_and_nothing_to_tell(text: str) -> None:
    found = ID(text)
    assert (found.kind, found.filler) == (Kind.WITHHELD, False)


def test_words_of_the_keypad_are_as_dialled_by_hand() -> None:
    """Two letters to four a key: abc 2, def 3, ghi 4, jkl 5, mno 6, pqrs 7, tuv 8, wxyz 9."""
    assert {"266696687", "7378742833", "86282452253", "8656696", "7748283"} <= KEYPAD


OPAQUE = [
    *("ABC0001234", "BAC0001234", "0811", "112", "110", "5550123", "14155552671", "215550123", "1500123"),
    *("081200000001 ext 5", "081200000001;ext=5", "081200000001x5", "081200000001#5", "081200000001,5", "*112#"),
    *("0812xxxx0001", "0812****0001", "sip:081200000001@ims", "Warga <081200000001>", "081200000001/081200000002"),
    *("081200000000000001", "++6281200000001", "62", "a1b2c3d4", "12e5", "81e11", "x"),
]


@pytest.mark.parametrize("text", OPAQUE)
def test_what_is_no_valid_number_stays_the_text_that_it_is(text: str) -> None:
    assert ID(text)[:2] == (Kind.TEXT, text)


@pytest.mark.parametrize(
    "text", ["8.12E+11", "8,12E+11", "6.28E+12", "8.12e+11", "8E+11", "+8.12E+11", "8.12E11", '="8.12E+11"']
)
def test_a_number_that_a_spreadsheet_shortened_has_lost_its_digits(text: str) -> None:
    assert ID(text).kind == Kind.LOST


@pytest.mark.parametrize("region", ["XX", "", "Indonesia", "62", "I D"])
def test_a_region_that_does_not_exist_is_refused(region: str) -> None:
    with pytest.raises(BadInput, match="region: given"):
        reader(region)


mobiles = st.integers(0, 99_999_999).map(lambda n: f"812{n:08d}")
BETWEEN = ["", " ", "-", ".", "\u00a0", "\u2011", "\u200b", " - "]
AROUND = [("", ""), ("  ", " "), ("\ufeff", ""), ("'", ""), ('="', '"'), ("\u202a", "\u202c"), ("tel:", ""), ("", ".0")]


@settings(deadline=None, derandomize=True)
@given(mobiles, st.data())
def test_any_mix_of_writings_is_one_phone(national: str, data: st.DataObject) -> None:
    """A country code or a 0 or neither, signs between any two digits, quotes and marks around."""
    front = data.draw(st.sampled_from(["0", "+62", "62", "0062", "+62(0)", ""]))
    signs = data.draw(st.lists(st.sampled_from(BETWEEN), min_size=11, max_size=11))
    before, after = data.draw(st.sampled_from(AROUND))
    signs = [""] * 11 if after == ".0" else signs
    front = "+62" if after == ".0" and "(" in front else front
    text = before + front + "".join(map("".join, zip(signs, national, strict=True))) + after
    assert ID(text)[:2] == (Kind.PHONE, f"+62{national}")


@settings(deadline=None, derandomize=True)
@given(mobiles, mobiles)
def test_two_phones_never_become_one(one: str, other: str) -> None:
    assume(one != other)
    assert ID("0" + one).key != ID("+62" + other).key


@settings(deadline=None, derandomize=True)
@given(
    st.text(st.sampled_from("0123456789ABCabc -.+()"), min_size=1),
    st.text(st.sampled_from("0123456789ABCabc -.+()"), min_size=1),
)
def test_texts_with_letters_never_become_one(one: str, other: str) -> None:
    """But for blanks around them."""
    assume(one.strip() != other.strip() and re.search("[A-Za-z]", one))
    first, second = ID(one), ID(other)
    assert first.kind == Kind.TEXT
    assert first[:2] != second[:2]


@settings(deadline=None, derandomize=True)
@given(st.text(), st.sampled_from(["ID", "US", "IT", "SG"]))
def test_any_text_is_read_as_something(text: str, region: str) -> None:
    found = reader(region)(text)
    assert bool(found.key) == (found.kind != Kind.WITHHELD)
