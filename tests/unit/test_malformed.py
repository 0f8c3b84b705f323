r"""Malformed replies through the real parsers: read whole, or refused with a reason; never half.

A control character never stands where a LaTeX command was meant (R10 of the fault table).
"""

import json
import re

import pytest

from kgsynth import parse
from kgsynth.parse import ParseError

POINTS = ["Coset", "Order", "Kernel", "Subgroup", "Homomorphism"]
GOOD = json.dumps(
    {"level": "College", "subject": "Algebra", "topics": [{"topic": "Groups", "concepts": POINTS}]}
)
WIDE = str.maketrans('{}[]:,"', "｛｝［］：，＂")


def label(inner: str) -> str:
    """Tags whose first key concept stands in the reply's JSON exactly as `inner`."""
    return GOOD.replace("Coset", inner)


# What a reply holds, and the key concepts that are read from it, or the reason why none are.
TAGS: dict[str, tuple[str, list[str] | str]] = {
    "a byte order mark": ("\ufeff" + GOOD, POINTS),
    "a mark and a fence": (f"\ufeff```json\n{GOOD}\n```", POINTS),
    "a fence in a fence": (f"```\n```json\n{GOOD}\n```\n```", POINTS),
    "a fence of tildes": (f"~~~json\n{GOOD}\n~~~", POINTS),
    "prose around": (f"Here {{as asked}} it is:\n{GOOD}\nDoes that {{help}}?", POINTS),
    "in a list": (f"[{GOOD}]", POINTS),
    "another object first": (f'{{"thought": "groups"}}\n{GOOD}', POINTS),
    "a thought never closed": (f"<think>perhaps {GOOD}", "empty"),
    "a thought never opened": (f"perhaps {{\n</think>{GOOD}", POINTS),
    "trailing commas": (GOOD.replace("]", ",]").replace("}", ", }"), POINTS),
    "a comma inside a name": (label("f(a,] b"), ["f(a,] b", *POINTS[1:]]),
    "two commas": (GOOD.replace("[", "[,"), "not JSON"),
    "a comment": (GOOD.replace('"subject"', '// of\n"subject"'), "off format"),
    "single quotes": (str(json.loads(GOOD)), "not JSON"),
    "full-width braces": (GOOD.replace("{", "｛").replace("}", "｝"), "not JSON"),
    "full-width signs": (GOOD.translate(WIDE), "not JSON"),
    "JSON in a string": (json.dumps(GOOD), "not JSON"),
    "cut off": (GOOD[:-4], "not JSON"),
    "a key twice": (GOOD.replace("{", '{"level": "Other", ', 1), "off format"),
    "an inner key twice": (GOOD.replace('"topic"', '"topic": "A", "topic"'), "not JSON"),
    "1e999": (GOOD.replace("{", '{"score": 1e999, ', 1), POINTS),
    "1e999 as a name": (label("X").replace('"X"', "1e999"), POINTS[1:]),
    "NaN as a name": (label("X").replace('"X"', "NaN"), POINTS[1:]),
    "5,000 digits": (GOOD.replace("{", f'{{"n": {"9" * 5_000}, ', 1), "off format"),
    "half a surrogate pair": (label(r"\ud800 Coset"), POINTS),
    "half a pair as the topic": (GOOD.replace("Groups", r"\ud800"), "off format"),
    "a surrogate pair": (label(r"\ud83d\ude00 face"), ["😀 face", *POINTS[1:]]),
    "NUL": (label(r"Co\u0000set"), POINTS),
    "a raw NUL": (label("Co\0set"), POINTS),
    "a raw line feed": (label("Coset\nspace"), ["Coset space", *POINTS[1:]]),
    r"\frac": (label(r"$\frac12$"), [r"$\frac12$", *POINTS[1:]]),
    r"\frac, escaped": (label(r"$\\frac12$"), [r"$\frac12$", *POINTS[1:]]),
    r"\frac, read already": (label("$\frac12$"), [r"$\frac12$", *POINTS[1:]]),
    r"\beta by its number": (label(r"$\u0008eta$"), [r"$\beta$", *POINTS[1:]]),
    r"\sqrt": (label(r"$\sqrt2$"), [r"$\sqrt2$", *POINTS[1:]]),
}  # fmt: skip


@pytest.mark.parametrize("case", TAGS)
def test_malformed_tags(case: str) -> None:
    reply, wanted = TAGS[case]
    if isinstance(wanted, str):
        with pytest.raises(ParseError) as raised:
            parse.tags(reply)
        assert raised.value.reason == wanted
    else:
        assert parse.tags(reply).topics == {"Groups": wanted}


COMMANDS = re.findall(
    r"\w+",
    """
    bar beta bf big bigcup binom bmod boxed breve bullet fbox flat forall frac frak nabla natural
    ne neg newline ngeq nmid not notin nsim nu nwarrow overline rangle ref rfloor rho right
    rightarrow rm root rtimes tag tan tau tensor text tfrac therefore theta tilde times to
    triangledown underline upsilon
    """,
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_json_is_read_as_one(command: str) -> None:
    """JSON itself would make a control character of its backslash and first letter."""
    written = f"$\\{command} x$ of two"
    for inner in (written, written.replace("\\", "\\\\")):
        assert parse.tags(label(inner)).topics["Groups"][0] == written


QUESTION = "Let $x = \\frac{\\theta}{\\beta}$ with $\\rho = \\nabla f \\times g$. Find $x$ at once."
BROKEN = {r"\f": "\f", r"\b": "\b", r"\t": "\t", r"\r": "\r", r"\nabla": "\nabla"}


def broken(text: str) -> str:
    """The text as it is left by a reader that took its commands for escapes."""
    for command, control in BROKEN.items():
        text = text.replace(command, control)
    return text


SECTIONS = [
    "{}", "\ufeff{}", "```\n{}\n```", "```xml\n```\n{}\n```\n```", "<think>hm</think>{}",
    "hm</think>\n{}", "{}<think>and now", "Here it is:\n{}\nGood luck!", "{}\x00", "\x1b[1m{}",
    "{}\ud800",
]  # fmt: skip


@pytest.mark.parametrize("around", SECTIONS)
@pytest.mark.parametrize("text", [QUESTION, broken(QUESTION)], ids=["whole", "broken"])
def test_commands_outside_json(around: str, text: str) -> None:
    (found,) = parse.questions(around.format(f"<question>\n{text}\n</question>"))
    assert found.text == QUESTION
    reply = around.format(f"<solution>\n{text}\nFinal answer: ${text[7:20]}$\n</solution>")
    assert parse.answer(reply).text.startswith(QUESTION)
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", parse.answer(reply).text)


@pytest.mark.parametrize(
    "reply",
    [
        json.dumps({"questions": [{"question": QUESTION}]}),
        f'{{"question": "{QUESTION}"}}',
        f"＜question＞{QUESTION}＜/question＞",
        f"<think><question>{QUESTION}</question>",
        f"[[question]]{QUESTION}[[/question]]",
    ],
)
def test_sections_of_another_make_are_refused(reply: str) -> None:
    for read in (parse.questions, parse.answer):
        with pytest.raises(ParseError) as raised:
            read(reply)
        assert raised.value.reason in ("off format", "empty")
