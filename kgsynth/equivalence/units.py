"""Units that a final answer may carry: exact factors to a base unit, by dimension."""

import re
from collections import Counter
from fractions import Fraction

# dimension -> unit names (singular; all spellings) -> factor to the base unit, exact by definition
_TABLE: dict[str, dict[str, str]] = {
    "length": {
        "mm millimeter millimetre": "1/1000", "cm centimeter centimetre": "1/100",
        "dm decimeter decimetre": "1/10", "m meter metre": "1", "km kilometer kilometre": "1000",
        "inch inches in": "127/5000", "ft foot feet": "381/1250", "yd yard": "1143/1250",
        "mi mile": "201168/125",
    },
    "mass": {
        "mg milligram": "1/1000000", "g gram gramme": "1/1000", "kg kilogram kilogramme": "1",
        "t tonne": "1000", "lb lbs pound": "45359237/100000000",
        "oz ounce": "45359237/1600000000",
    },
    "time": {
        "ms millisecond": "1/1000", "s sec second": "1", "min minute": "60",
        "h hr hrs hour": "3600", "day": "86400", "week": "604800", "month": "",
        "year yr": "",
    },
    "volume": {"ml mL milliliter millilitre": "1/1000000", "cl centiliter centilitre": "1/100000",
               "l L liter litre": "1/1000"},
    "speed": {"mph": "1397/3125", "kph kmh": "5/18"},
    "money": {"dollar buck USD": "1", "cent": "1/100"},
    "euro": {"euro EUR": "1"},
    "sterling": {"pounds sterling": "1", "pence": "1/100"},
    "temperature C": {"^{\\circ}C degrees Celsius degree Celsius": "1"},
    "temperature F": {"^{\\circ}F degrees Fahrenheit degree Fahrenheit": "1"},
    "angle": {"rad radian": "1"},
    "force": {"N newton": "1"}, "energy": {"J joule": "1"}, "power": {"W watt": "1"},
    "frequency": {"Hz hertz": "1"}, "voltage": {"V volt": "1"},
}  # fmt: skip
# What a unit is in base dimensions, where it is not a base dimension of its own.
_DIMENSIONS = {"volume": {"length": 3}, "speed": {"length": 1, "time": -1}, "angle": {}}
_WHOLE_NAMES = {"pounds sterling", "degrees Celsius", "degree Celsius", "degrees Fahrenheit",
                "degree Fahrenheit"}  # fmt: skip

Dimensions = frozenset[tuple[str, int]]
"""Base dimension -> exponent; of a noun that is no unit the noun itself."""


def _units() -> dict[str, tuple[Fraction, dict[str, int]]]:
    found: dict[str, tuple[Fraction, dict[str, int]]] = {}
    for dimension, names in _TABLE.items():
        for group, factor in names.items():
            whole = [name for name in _WHOLE_NAMES if name in group]
            rest = group
            for name in sorted(whole, key=len, reverse=True):
                rest = rest.replace(name, " ")
            first = group.split()[0]
            dimensions = _DIMENSIONS.get(dimension, {dimension if factor else first: 1})
            for name in [*whole, *rest.split()]:
                found[name] = Fraction(factor or 1), dimensions
    return found


_UNITS = _units()
BASES = frozenset(base for _, dimensions in _UNITS.values() for base in dimensions)
_ONE = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_FACTOR = rf"(?:(square|sq\.?|cubic|cu\.?) ?)?({_ONE}|[A-Za-z]{{3,}})(?:\^\{{?(-?\d)\}}?)?"
_UNIT = re.compile(rf"{_FACTOR}((?:(?:/| per | ?\\cdot ?| ){_FACTOR})*)")
_MORE = re.compile(rf"(/| per | ?\\cdot ?| ){_FACTOR}")
# A unit of one letter is one only where a blank sets it apart: `5 m`, but `5m` is a product.
_TRAILING = re.compile(
    rf"(?P<value>.*?(?:[\d)}}]|\\pi))(?P<gap> ?)(?P<unit>(?:(?:square|sq\.?|cubic|cu\.?) ?)?"
    rf"(?:{_ONE}|[A-Za-z]{{3,}}).*)",
    re.DOTALL,
)
_NOT_UNITS = frozenset(
    [
        "and",
        "or",
        "for",
        "when",
        "where",
        "with",
        "mod",
        "choose",
        "plus",
        "minus",
        "times",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "log",
        "exp",
        "cup",
        "cap",
    ]
)


def split(text: str) -> tuple[str, Fraction, Dimensions] | None:
    """Value, factor and dimensions of a tidy text that ends in a unit or a noun; else None."""
    match = _TRAILING.fullmatch(text)
    if match is None or (not match["gap"] and re.match(r"[A-Za-z](?![A-Za-z])", match["unit"])):
        return None
    unit = _UNIT.fullmatch(match["unit"])
    if unit is None:
        return None
    factor, dimensions = Fraction(1), Counter[str]()
    parts = [("", unit[1], unit[2], unit[3])]
    parts += [(m[1].strip(), m[2], m[3], m[4]) for m in _MORE.finditer(unit[4])]
    for joint, shape, name, power in parts:
        known = _unit(name)
        if known is None:
            return None
        exponent = int(power or 1)
        exponent *= {"s": 2, "c": 3}.get((shape or " ")[0], 1)
        exponent *= -1 if joint in ("/", "per") else 1
        factor *= known[0] ** exponent
        for base, times in known[1].items():
            dimensions[base] += times * exponent
    return match["value"], factor, frozenset((b, n) for b, n in dimensions.items() if n)


def _unit(name: str) -> tuple[Fraction, dict[str, int]] | None:
    """A unit by its name, singular or plural; any other noun is a dimension of its own."""
    if name in _NOT_UNITS:
        return None
    for form in (name, name.removesuffix("s"), name.lower(), name.lower().removesuffix("s")):
        if form in _UNITS and (len(form) > 2 or form == name):
            return _UNITS[form]
    return Fraction(1), {name.lower().removesuffix("s"): 1}
