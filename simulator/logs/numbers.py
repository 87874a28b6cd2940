"""Telephone numbers of a log: all writings of a phone are one, words for a withheld number are none.

`phonenumbers` (Google's libphonenumber) knows which numbers exist. It is asked only about digits: it would turn the
letters of ``ABC0001234`` and ``BAC0001234`` into one number, and takes ``0062812...`` for another than ``+62812...``.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from simulator.logs.table import plain
from simulator.scenario.errors import BadInput, Fault, quoted


class Kind(IntEnum):
    """What a cell with a number holds."""

    WITHHELD = 0
    PHONE = 1
    TEXT = 2
    LOST = 3


class Number(NamedTuple):
    """What a cell with a number was read as.

    ``key`` is the same for all writings of a phone: E.164 such as ``+62812...``; of other text the text itself.
    ``filler``: the cell was not empty, but stands for a withheld number. ``zero_lost``: it had neither the 0 in front
    nor a country code. ``cut``: a spreadsheet's ``.0`` was left out.
    """

    kind: Kind
    key: str
    filler: bool = False
    zero_lost: bool = False
    cut: bool = False


_WORDS = """
anonymous anonym anonymouscaller anonymousinvalid anonymousanonymousinvalid sipanonymousanonymousinvalid restricted
restrictednumber restrictedcaller presentationrestricted unknown unknowncaller unknownnumber unknownname notknown
private privatenumber privatecaller privatecall privateno unavailable notavailable numberunavailable
numbernotavailable calleridunavailable nocallerid nocaller nonumber nocli nocid noani noid outofarea withheld
numberwithheld withheldnumber callerwithheld calleridwithheld hidden hiddennumber numberhidden suppressed
suppressednumber blocked blockedcaller blockednumber idblocked calleridblocked none null nil nan na nodata novalue
undefined unspecified empty blank notprovided notstated tbd
nomorpribadi nopribadi pribadi nomorprivat privat nomortidakdikenal notidakdikenal nomortakdikenal tidakdikenal
takdikenal tidakdiketahui takdiketahui nomortidakdiketahui tanpanomor tanpaid nomortersembunyi tersembunyi
disembunyikan nomordisembunyikan dirahasiakan nomordirahasiakan rahasia nomorrahasia anonim penelepontidakdikenal
peneleponanonim tidaktersedia nomortidaktersedia tidakada tidakadanomor nomortidakada kosong nihil
dibatasi nomordibatasi terbatas disamarkan nomordiblokir
"""
WITHHELD = frozenset(_WORDS.split())
"""Words for a withheld number, English and Indonesian, in small letters without blanks and signs."""
_KEYPAD = dict(zip("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999", strict=True))
KEYPAD = frozenset(
    "".join(_KEYPAD[letter] for letter in word)
    for word in ("anonymous", "restricted", "unavailable", "unknown", "private", "withheld", "blocked", "anonym")
)
"""The same words dialled on a keypad, as networks send them in place of a number: ANONYMOUS is 266696687."""
_SIGNS_ONLY = re.compile(r"[\W_]*|[x\W_]{2,}|\\n", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d./\uff0e\uff0f()\[\]（）~\u301c\uff5e·]+")
_DIGITS = re.compile(r"[+]?[0-9]{1,40}")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_CUT = re.compile(r"([+]?[0-9]+)[.,]0+")
LOST = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+[eE][+]?|[eE][+])[0-9]{1,3}")
"""A long number as a spreadsheet shortens it: 8.12E+11."""


def is_filler(text: str) -> bool:
    """Whether a text is a word or sign that people and systems put where nothing is known."""
    return bool(_SIGNS_ONLY.fullmatch(text)) or re.sub(r"[\W_]", "", text).casefold() in WITHHELD


def reader(region: str) -> Callable[[str], Number]:
    """What reads the cells of a log whose numbers are, without a country code, those of a region such as ``ID``.

    Raises BadInput for a region that does not exist.
    """
    code = region.upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        hint = "ID is Indonesia; where numbers without a country code come from"
        raise BadInput([Fault("a country by its two letters, such as ID", quoted(region), field="region", hint=hint)])
    return partial(_read, code)


def _read(region: str, text: str) -> Number:
    text = plain(text)
    if not text or is_filler(text):
        return Number(Kind.WITHHELD, "", filler=bool(text))
    if LOST.fullmatch(text):
        return Number(Kind.LOST, text)
    whole = _CUT.fullmatch(text)
    digits = _digits(whole[1] if whole else text)
    if _stands_for_none(digits):
        return Number(Kind.WITHHELD, "", filler=True)
    key, zero_lost = _valid(digits, region) if digits else ("", False)
    if key:
        return Number(Kind.PHONE, key, zero_lost=zero_lost, cut=whole is not None)
    if len(digits) > 5 and len({*digits} - {"+"}) == 1:
        return Number(Kind.WITHHELD, "", filler=True)
    return Number(Kind.TEXT, text)


def _stands_for_none(digits: str) -> bool:
    """Zeros, and words dialled on a keypad; the shorter of these only behind a +, where no number has them."""
    bare = digits.removeprefix("+")
    return bool(digits) and (not bare.strip("0") or (bare in KEYPAD and (digits != bare or len(bare) > 8)))


def _digits(text: str) -> str:
    """The digits of a text that has nothing else than a number's signs, with + before a country code; '' for others."""
    text = re.sub(r"\Atel:(//)?", "", text, flags=re.IGNORECASE)
    text = _BETWEEN.sub("", text).replace("\uff0b", "+")
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(each, each)) for each in text)
    if not _DIGITS.fullmatch(text):
        return ""
    return "+" + text[2:] if text.startswith("00") and text.strip("0") else text


def _valid(digits: str, region: str) -> tuple[str, bool]:
    """E.164 of a number that exists, '' of others, and whether neither a 0 in front nor a country code was there.

    Then it is taken for a mobile number, or left alone: ``5550123`` is a fixed line of whichever town it was called in.
    """
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return "", False
    if not phonenumbers.is_valid_number(number):
        return "", False
    national = phonenumbers.national_significant_number(number)
    key = f"+{number.country_code}{national}"
    prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    bare = digits == national and prefix
    if bare and phonenumbers.number_type(number) not in _MOBILE:
        return "", False
    return key, bool(bare) and prefix == "0"
