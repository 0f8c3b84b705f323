"""Personal data in texts: e-mail addresses, phone and card numbers, IBANs, IP addresses.

Formulas are full of digits, so a number counts only where more than its length speaks for it: a
check sum, a country's numbering plan, separators that a decimal or a sequence does not have.
"""

import re
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address

# Numbers without a country code are read as those of this region.
REGION = "US"

_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}\b(?![\w(\[])"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_CARD = re.compile(r"(?<![\w.,-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-]|[.,]\d)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])")
_SPACED_DIGITS = re.compile(r"[\d\s]+")
# What may be a phone number at all: seven digits with few other characters between them.
_DIGITS = re.compile(r"\d(?:[\s()./-]{0,3}\d){6}")


def mask(text: str, region: str | None = REGION) -> tuple[str, Counter[str]]:
    """The text with `[e-mail]`, `[phone]`, ... in place of personal data, and how many of each.

    A masked text stays as it is when it is masked again. `region` (ISO 3166) reads phone numbers
    without a country code; None takes only those with one. Check sums by python-stdnum (IBAN,
    Luhn), phone numbers by phonenumbers (the numbering plans of Google's libphonenumber).
    """
    counts: Counter[str] = Counter()
    for label, pattern, holds in _KINDS:

        def replaced(
            match: re.Match[str],
            label: str = label,
            holds: Callable[[str], bool] = holds,
        ) -> str:
            if not holds(match[0]):
                return match[0]
            counts[label] += 1
            return f"[{label}]"

        text = pattern.sub(replaced, text)
    return _without_phones(text, region, counts), counts


def _without_phones(text: str, region: str | None, counts: Counter[str]) -> str:
    if not _DIGITS.search(text):
        return text
    from phonenumbers import Leniency, PhoneNumberMatcher

    kept, place = [], 0
    for found in PhoneNumberMatcher(text, region, Leniency.STRICT_GROUPING):
        # Digits and blanks alone may be any number; a sign, brackets or hyphens make it a phone's.
        if not _SPACED_DIGITS.fullmatch(found.raw_string):
            kept += [text[place : found.start], "[phone]"]
            place = found.end
            counts["phone"] += 1
    return "".join([*kept, text[place:]])


def _always(_: str) -> bool:
    return True


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text))


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"[ -]", "", text)
    return 13 <= len(digits) <= 19 and bool(luhn.is_valid(digits))


def _is_public(text: str) -> bool:
    """An address that belongs to somebody; section numbers (2.3.1.4) are none."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    longer = sum(len(part) > 1 for part in text.split("."))
    return address.is_global and (address.version == 6 or longer >= 2)


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("e-mail", _EMAIL, _always),
    ("bank account", _IBAN, _is_iban),
    ("card", _CARD, _is_card),
    ("IP address", _IPV4, _is_public),
    ("IP address", _IPV6, _is_public),
)
