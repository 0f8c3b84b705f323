"""What is found of a benchmark, in which way, and that look-alikes are not.

`contamination.jsonl` holds problems of a benchmark (in the style of known ones, and some that are
known), each with itself in other words and with another problem that shares its topic and most of
its words. Words and weights were chosen on the `first` 106. The `second` 31, and a third set
of 20 after them, were written when that was done; on their first run, with nothing changed for
them, these were found and dropped:
  second: 26 of 31 reworded ones, and 4 of 31 look-alikes;
  third (not kept here): 19 of 20, and 1 of 20: a problem about two people turned into three.
All of the exact, renumbered and embedded ones were found.
"""

import json
import random
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from kgsynth.contamination import compare, words
from kgsynth.contamination.benchmark import Benchmark, Item, fingerprint, read_items

DATA = Path(__file__).parents[1] / "data" / "contamination.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
AROUND = [
    "Here is something to try on your own before the next lesson. {} Write down every step you "
    "take and compare it with a friend.",
    "Warm-up 3.\n\n{}\n\nHint: draw a picture first, then look for a pattern. The solution is "
    "discussed on Friday.",
    "We met the following in last year's club. {} Some of us found a short way. Can you explain "
    "why it works?",
    "<problem>\n{}\n</problem>\nThink step by step, and put the answer into a box at the end.",
]


@pytest.fixture(scope="module")
def benchmark() -> Benchmark:
    return Benchmark([Item("planted", row["id"], row["problem"]) for row in ROWS])


def respaced(text: str, draw: random.Random) -> str:
    """The same text with another case, other blanks, and other spacing of LaTeX."""
    if "\\" in text:
        text = text.replace("\\frac", "\\dfrac").replace(" = ", draw.choice(["=", "\\, =\\; "]))
        text = text.replace("$", "$$") if draw.random() < 0.3 else text
    else:
        text = draw.choice([str.upper, str.lower, str.title])(text)
    return re.sub(" ", lambda _: draw.choice([" ", "  ", "\n", "\u00a0"]), text)


def renumbered(text: str, draw: random.Random) -> str:
    """The same text with every number another one."""
    return re.sub(
        r"\d+", lambda m: str(int(m[0]) + draw.randint(1, 9) * 10 ** (len(m[0]) - 1)), text
    )


def ways(benchmark: Benchmark, texts: dict[str, str]) -> Counter[str]:
    """In which way texts were found, where the item is the right one; prints the others."""
    found = Counter[str]()
    for (id_, text), match in zip(
        texts.items(), benchmark.match(list(texts.values())), strict=True
    ):
        right = match is not None and match.item.id == id_
        found[match.way if match is not None and right else "missed"] += 1
        if not right:
            print("missed", id_, text)
    return found


def test_planted_contamination_is_found(benchmark: Benchmark) -> None:
    draw = random.Random(7)
    planted = {
        "exact": {row["id"]: respaced(row["problem"], draw) for row in ROWS},
        "renumbered": {
            row["id"]: renumbered(row["problem"], draw)
            for row in ROWS
            if re.search(r"\d", row["problem"])
        },
        "embedded": {row["id"]: draw.choice(AROUND).format(row["problem"]) for row in ROWS},
        "reworded": {row["id"]: row["reworded"] for row in ROWS},
    }
    for kind, texts in planted.items():
        found = ways(benchmark, texts)
        share = 1 - found["missed"] / len(texts)
        print(f"{kind}: {share:.1%} of {len(texts)} found: {dict(found)}")
        assert len(texts) >= 100 and share >= 0.95
        assert found[kind] >= 0.9 * len(texts), "and in the right way"


def test_look_alikes_stay(benchmark: Benchmark) -> None:
    texts = [row["other"] for row in ROWS]
    found = [(t, m) for t, m in zip(texts, benchmark.match(texts), strict=True) if m]
    print(f"{len(found)} of {len(texts)} look-alikes dropped: {found}")
    assert len(texts) >= 100 and len(found) <= 0.01 * len(texts)


BOILERPLATE = "Express your answer as a common fraction in lowest terms."
ANSWER = "The answer is $m/n$ where $m$ and $n$ are relatively prime positive integers. Find $m+n$."


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("Find $x$.", "In the figure the lines are parallel. Find $x$. Then find $y$."),
        ("What is 3 + 4?", "What is 5 + 9?"),
        (f"A coin is tossed 9 times. How likely are 4 heads? {BOILERPLATE}",
         f"Two cards are drawn from a deck of 52. How likely are two aces? {BOILERPLATE}"),
        (f"A frog jumps along the corners of a cube 6 times. {ANSWER}",
         f"Four knights sit at a round table of 25 seats. {ANSWER}"),
        ("How many primes are less than 100?", "How many squares are less than 100?"),
        ("Is $2(x + 3) = 8$ solvable?", "Is $2x + 3 = 8$ solvable?"),
    ],
)  # fmt: skip
def test_what_problems_share_is_no_match(item: str, text: str) -> None:
    assert Benchmark([Item("b", "1", item)]).match([text]) == [None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"$\left( \dfrac{1}{2} \right)\,x^{2}$", "(1/2) x²"),
        ("$1{,}200 \\leq x$", "1200 ≤ x"),
        ("Sarah's twenty-five painted boxes", "sarah 25 paint box"),
        ("Find the square root of 5", r"Find \sqrt{5}"),
        ("方程", "方 程"),
    ],
)
def test_notation_does_not_count(one: str, other: str) -> None:
    both = words.words([one, other])
    assert both.of(0)[0].tolist() == both.of(1)[0].tolist()


def test_each_form_is_listed_once() -> None:
    path = Path(words.__file__).with_name("wording.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert {line[0] for line in lines if line} == {"#", "-", "@", "=", "~"}
    forms = Counter(form for line in lines if line[:1] in "-@=~" for form in line[1:].split())
    assert [form for form, times in forms.items() if times > 1] == []


def test_a_text_without_words_and_an_empty_page(benchmark: Benchmark) -> None:
    assert benchmark.match(["", "?!", "\n", "$$"]) == [None] * 4
    assert benchmark.match([]) == []
    assert Benchmark([Item("b", "1", "?")]).match(["a text", "?"]) == [None, None]


def test_the_surest_item_is_told() -> None:
    texts = ["A bag holds 3 red and 4 green balls. How many balls are red?",
             "A bag holds 5 red and 6 green balls. How many balls are red?"]  # fmt: skip
    items = [Item("b", str(number), text) for number, text in enumerate(texts)]
    (match,) = Benchmark(items).match([texts[1].upper()])
    assert match is not None and (match.item.id, match.way, match.score) == ("1", "exact", 1.0)
    (match,) = Benchmark(items).match([texts[1].upper()], [compare.RENUMBERED])
    assert match is not None and (match.item.id, match.way) == ("0", "renumbered")


def test_items_are_read_as_problems_are(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": 7, "question": "What is it?"}\n{"problem": "Find it."}\n{"id": "x"}\nnot JSON\n'
    )
    (tmp_path / "b.csv").write_text("id,text\nq,Find it.\n")
    (tmp_path / "notes.txt").write_text("no item")
    items, faults = read_items([str(tmp_path)])
    assert items == [
        Item("a.jsonl", "7", "What is it?"),
        Item("a.jsonl", "line 2", "Find it."),
        Item("b.csv", "q", "Find it."),
    ]
    assert [fault.reason for fault in faults] == ["no text", "not valid JSON"]
    turned = [Item("other", str(number), item.text) for number, item in enumerate(items[::-1])]
    assert fingerprint(items) == fingerprint(turned) != fingerprint(items[:1])
    assert fingerprint(items, "a") != fingerprint(items, "b")


def test_an_item_in_a_long_document_is_found_in_little_time(benchmark: Benchmark) -> None:
    draw = random.Random(3)
    filler = " ".join(
        f"Section {n} explains why {draw.choice(['sums', 'circles', 'trains', 'coins'])} matter, "
        f"and how many of the {n} examples are given in terms of the first {n + 1} integers."
        for n in range(3_000)
    )
    text = f"{filler} Exercise. {ROWS[0]['problem']} Solve it.\n{filler}"
    began = time.process_time()
    (match,) = benchmark.match([text])
    assert match is not None and (match.item.id, match.way) == (ROWS[0]["id"], "embedded")
    assert time.process_time() - began < 20
    assert benchmark.match([filler]) == [None]
