"""Raw replies as models really write them, and what must come out."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgsynth import parse
from kgsynth.errors import UsageError
from kgsynth.parse import ParseError, answer, questions, tags

CHAIN = "Let $f(x) = \\sin(x^2)$. Compute $f'(\\sqrt{\\pi})$."
SERIES = "Find $\\sum_{n=1}^{10} \\frac{1}{n(n+1)}$ as a fraction."
LATEX = (
    "Compute $\\frac{\\theta}{\\beta}$ for $\\nabla \\rho = \\tau$, $\\begin{pmatrix} 1 \\\\ 2 "
    "\\end{pmatrix}$ and $a < b > c$."
)


def q(text: str, concepts: str = "Chain rule; Square roots") -> str:
    return f"<question>\n<concepts>{concepts}</concepts>\n{text}\n</question>"


QUESTIONS: dict[str, tuple[str, list[str]]] = {
    "as asked": (q(CHAIN), [CHAIN]),
    "two": (f"{q(CHAIN)}\n\n{q(SERIES)}", [CHAIN, SERIES]),
    "side by side": (q(CHAIN) + q(SERIES), [CHAIN, SERIES]),
    "numbered tags": (f"<Q1>\n{CHAIN}\n</Q1>\n<Q2>\n{SERIES}\n</Q2>", [CHAIN, SERIES]),
    "tags with a number": (f"<question 1>{CHAIN}</question 1>", [CHAIN]),
    "tags with an attribute": (f'<question id="1">{CHAIN}</question>', [CHAIN]),
    "upper case": (f"<QUESTION>{CHAIN}</QUESTION>", [CHAIN]),
    "bold tags": (f"**<question>**\n{CHAIN}\n**</question>**", [CHAIN]),
    "tags in backticks": (f"`<question>`{CHAIN}`</question>`", [CHAIN]),
    "closing tag missing": (f"<question>\n{CHAIN}", [CHAIN]),
    "closing tags missing": (f"<question>\n{CHAIN}\n<question>\n{SERIES}", [CHAIN, SERIES]),
    "paper's labels": (
        f"<Q1>\nSelected Concepts: [Chain rule, Roots]\nQuestion: {CHAIN}\n</Q1>", [CHAIN]
    ),
    "bold labels": (
        f"<question>\n**Concepts:** Chain rule; Roots\n\n**Question:** {CHAIN}\n</question>",
        [CHAIN],
    ),
    "think": (f"<think>\n<question>not this</question>\n</think>\n{q(CHAIN)}", [CHAIN]),
    "think opened by the template": (f"Let me see.\n</think>\n{q(CHAIN)}", [CHAIN]),
    "two thoughts": (f"<think>a</think>{q(CHAIN)}<thinking>b</thinking>", [CHAIN]),
    "thought after it": (f"{q(CHAIN)}\n<think>was that good", [CHAIN]),
    "fence": (f"```xml\n{q(CHAIN)}\n```", [CHAIN]),
    "prose around": (f"Sure! Here is one:\n\n{q(CHAIN)}\n\nI hope it helps.", [CHAIN]),
    "headings": (f"## Question 1\n{CHAIN}\n\n## Question 2\n{SERIES}", [CHAIN, SERIES]),
    "bold headings": (f"**Question 1:** {CHAIN}\n\n**Question 2:** {SERIES}", [CHAIN, SERIES]),
    "short headings": (f"Q1: {CHAIN}\nQ2: {SERIES}", [CHAIN, SERIES]),
    "problem": (f"Problem: {CHAIN}", [CHAIN]),
    "list": (f"1. {CHAIN}\n2. {SERIES}", [CHAIN, SERIES]),
    "list with brackets": (f"1) {CHAIN}\n2) {SERIES}", [CHAIN, SERIES]),
    "bold list": (f"Here:\n**1.** {CHAIN}\n**2.** {SERIES}", [CHAIN, SERIES]),
    "solution added": (f"<question>{CHAIN}\n\nSolution: by the chain rule.\n</question>", [CHAIN]),
    "German": (
        "<question>Bestimmen Sie $\\int_0^1 x\\,dx$ auf drei Stellen genau.</question>",
        ["Bestimmen Sie $\\int_0^1 x\\,dx$ auf drei Stellen genau."],
    ),
    "Chinese heading": (
        "问题1：求函数 $f(x)=x^2$ 在区间 $[0,1]$ 上的定积分的值。",
        ["求函数 $f(x)=x^2$ 在区间 $[0,1]$ 上的定积分的值。"],
    ),
    "LaTeX survives": (q(LATEX), [LATEX]),
    "several lines": (q("Let $n = 5$.\n\nFind $n!$."), ["Let $n = 5$.\n\nFind $n!$."]),
    "Windows lines": (q(CHAIN).replace("\n", "\r\n"), [CHAIN]),
    "lone surrogate": (q(CHAIN.replace("Compute", "Compute\ud800")), [CHAIN]),
    "duplicate": (q(CHAIN) + q(CHAIN.upper()) + q(SERIES), [CHAIN, SERIES]),
    "empty one": (q("") + q(SERIES), [SERIES]),
    "slot of the template": (q("[the question]") + q(SERIES), [SERIES]),
    "numbers inside a question": (
        q("Do this:\n1. Let $a = 2$.\n2. Compute $a^{10}$."),
        ["Do this:\n1. Let $a = 2$.\n2. Compute $a^{10}$."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", QUESTIONS)
def test_questions_are_read(case: str) -> None:
    reply, wanted = QUESTIONS[case]
    assert [one.text for one in questions(reply) if one.reason is None] == wanted


UNUSABLE = {
    "empty": ("", "stop", "empty"),
    "blanks": (" \n\t ", "stop", "empty"),
    "only a thought": ("<think>hm</think>", "stop", "empty"),
    "thought cut off": ("<think>so many things to", "length", "truncated"),
    "refusal": ("I'm sorry, but I can't help with that.", "stop", "refusal"),
    "refusal, typographic": ("I’m sorry, I cannot write questions.", "stop", "refusal"),
    "refusal in German": ("Es tut mir leid, das kann ich nicht.", "stop", "refusal"),
    "refusal by the server": (q(CHAIN), "refusal", "refusal"),
    "refusal in tags": (q("I cannot write such a question."), "stop", "refusal"),
    "prose": ("Mathematics is a wide field with many questions.", "stop", "off format"),
    "cut off before a tag": ("Let me think about the concepts", "length", "truncated"),
    "cut off in the first": (q(CHAIN)[:60], "length", "truncated"),
    "nothing between the tags": (q(""), "stop", "empty"),
    "only the slot": (q("(...)"), "stop", "copies the prompt"),
    "loop": (q("Find $x$ where " + "1 + " * 60 + "1 = x."), "stop", "repeats itself"),
    "too short": (q("Why?"), "stop", "too short"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE)
def test_replies_without_a_question_have_a_reason(case: str) -> None:
    reply, finish_reason, reason = UNUSABLE[case]
    with pytest.raises(ParseError) as raised:
        questions(reply, finish_reason)
    assert raised.value.reason == reason


def test_complete_questions_of_a_reply_that_was_cut_off_are_kept() -> None:
    found = questions(q(CHAIN) + q(SERIES)[:70], "length")
    assert [one.reason for one in found] == [None, "truncated"]


def test_every_piece_has_its_place_and_reason() -> None:
    texts = [CHAIN, CHAIN, *(f"Compute the number {n} times {n}." for n in range(4))]
    found = questions("".join(map(q, texts)))
    assert [one.reason for one in found] == [
        None, "duplicate in the same answer", None, None, "more than asked for",
        "more than asked for",
    ]  # fmt: skip


def test_a_question_that_stands_in_the_prompt_is_a_copy() -> None:
    prompt = f"The document says: {SERIES.lower()} And so on."
    assert [one.reason for one in questions(q(SERIES) + q(CHAIN), prompt=prompt)] == [
        "copies the prompt", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("Chain rule; Square roots", ("Chain rule", "Square roots")),
        ("Chain rule, Square roots", ("Chain rule", "Square roots")),
        ("Sine, cosine and tangent; Roots", ("Sine, cosine and tangent", "Roots")),
        ("- Chain rule\n- Square roots", ("Chain rule", "Square roots")),
        ("Chain rule; Chain rule;", ("Chain rule",)),
        ("", ()),
    ],
)
def test_concepts_of_a_question(listed: str, names: tuple[str, ...]) -> None:
    assert questions(q(CHAIN, listed))[0].concepts == names


FIRST = "Let $f(x) = x^2$.\n\nCompute\n$$\n\\int_0^1 f(x)\\,dx.\n$$"
SAID = [(FIRST, ("Integrals", "Powers")), (SERIES, ("Series",))]
# Two questions and their concepts, and how models arrange them.
ORDERS = {
    "before": "Concepts: {}\nQuestion: {}\n\nConcepts: {}\nQuestion: {}",
    "bold": "**Concepts:** {}\n\n**Question:** {}\n\n**Concepts:** {}\n\n**Question:** {}",
    "rules": "Concepts: {}\n\nQuestion: {}\n\n---\n\nConcepts: {}\n\nQuestion: {}\n\n---",
    "numbers": "1. **Selected Concepts:** {}\n **Question:** {}\n\n"
    "2. **Selected Concepts:** {}\n **Question:** {}",
    "numbers apart": "1.\nConcepts: {}\nQuestion: {}\n\n2.\nConcepts: {}\nQuestion: {}",
    "list": "- **Concepts:** {}\n- **Question:** {}\n\n- **Concepts:** {}\n- **Question:** {}",
    "numbers behind": "Concepts: {}\n1. **Question:** {}\n\nConcepts: {}\n2. **Question:** {}",
    "two headings": "## Question 1\n**Concepts:** {}\n**Question:** {}\n\n"
    "## Question 2\n**Concepts:** {}\n**Question:** {}",
    "under a heading": "Question 1:\nConcepts: {}\n\n{}\n\nQuestion 2:\nConcepts: {}\n\n{}",
    "sections": "<concepts>{}</concepts>\n<question>{}</question>\n"
    "<concepts>{}</concepts>\n<question>{}</question>",
    "sections in a line": "<concepts>{}</concepts><question>{}</question>"
    "<concepts>{}</concepts><question>{}</question>",
    "line and section": "1. Concepts: {}\n<question>{}</question>\n"
    "2. Concepts: {}\n<question>{}</question>",
    "never closed": "<concepts>{}</concepts>\n<question>{}\n\n"
    "<concepts>{}</concepts>\n<question>{}",
}
BEHIND = {
    "after": "Question: {1}\nConcepts: {0}\n\nQuestion: {3}\nConcepts: {2}",
    "after, close": "Question 1: {1}\nConcepts: {0}\nQuestion 2: {3}\nConcepts: {2}",
    "after sections": "<question>{1}</question>\n<concepts>{0}</concepts>\n"
    "<question>{3}</question>\n<concepts>{2}</concepts>",
    "all of them first": "Concepts: Integrals, Powers, Series\n\n"
    "Question 1: {1}\nConcepts: {0}\n\nQuestion 2: {3}\nConcepts: {2}",
}


@pytest.mark.parametrize("order", [*ORDERS.values(), *BEHIND.values()], ids=[*ORDERS, *BEHIND])
def test_concepts_belong_to_their_question(order: str) -> None:
    filled = order.format("Integrals; Powers", FIRST, "Series", SERIES)
    assert [(one.text, one.concepts) for one in questions(filled)] == SAID
    assert questions(order.format("Integrals; Powers", FIRST, "Series", ""))[0].text == FIRST


def test_concepts_are_read_from_a_list_in_front() -> None:
    reply = f"Concepts:\n- Integrals\n- Powers\nQuestion: {FIRST}\n\nConcepts:\n* Series\n"
    found = questions(f"{reply}* Question: {SERIES}")
    assert [(one.text, one.concepts) for one in found] == SAID


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        (f"Question: {FIRST}\n\nConcepts: Series\nQuestion: {SERIES}", [(), ("Series",)]),
        (f"Question: {FIRST}\nConcepts: Powers\n\nQuestion: {SERIES}", [("Powers",), ()]),
    ],
)
def test_an_empty_line_tells_whose_concepts_these_are(
    reply: str, named: list[tuple[str, ...]]
) -> None:
    found = questions(reply)
    assert [one.concepts for one in found] == named
    assert [one.text for one in found] == [FIRST, SERIES]


@pytest.mark.parametrize(
    ("order", "finish_reason"),
    [("before", "length"), ("bold", "length"), ("numbers", "length"), ("numbers", "stop"),
     ("numbers apart", "stop")],
)  # fmt: skip
def test_a_question_that_never_came_adds_nothing_to_the_last(
    order: str, finish_reason: str
) -> None:
    reply = ORDERS[order].format("Integrals; Powers", FIRST, "Series", "")
    (found,) = questions(re.sub(r"\s*[*]*Question:[*]*\s*\Z", "", reply), finish_reason)
    assert (found.text, found.concepts, found.reason) == (*SAID[0], None)


def test_a_number_where_a_reply_was_cut_off_may_be_part_of_the_question() -> None:
    reply = f"1.\nQuestion: {SERIES}\n\n2.\nQuestion: {FIRST} Add to it\n3."
    assert [one.reason for one in questions(reply, "length")] == [None, "truncated"]


def test_numbered_steps_and_columns_stay_in_their_question() -> None:
    steps = "Do this:\n1. Let $a = 2$.\n2. Compute $a^{10}$."
    column = "Add the numbers of this column, and give the sum:\n  45\n+ 67\n-----"
    found = questions(f"Question: {steps}\n\nQuestion: {column}\nQuestion: {SERIES}")
    assert [one.text for one in found] == [steps, column, SERIES]


@pytest.mark.parametrize("mark", ["-", "- ", "* ", "#", "> ", " ", "`", "<concepts>", "Level: "])
def test_rows_of_marks_are_read_at_once(mark: str) -> None:
    began = time.perf_counter()
    for reply in ("{}\nQuestion: Compute 2 and 3.", "Question: {}x", "Question{}x", "{}x"):
        try:
            questions(reply.format(mark * (20_000 // len(mark))))
        except ParseError as error:
            assert error.reason
    assert time.perf_counter() - began < 5


ANSWERS: dict[str, tuple[str, str, str | None]] = {
    "as asked": (
        "<solution>\nHalf of 14 is 7.\nFinal answer: 7\n</solution>",
        "Half of 14 is 7.\nFinal answer: 7", "7",
    ),
    "dollars": ("<solution>So.\nFinal answer: $\\frac{1}{2}$.</solution>",
                "So.\nFinal answer: $\\frac{1}{2}$.", "\\frac{1}{2}"),
    "bold": ("<solution>So.\n**Final Answer:** **7**</solution>",
             "So.\n**Final Answer:** **7**", "7"),
    "is": ("<solution>So the final answer is 7.</solution>", "So the final answer is 7.", None),
    "is, own sentence": ("<solution>So. The final answer is $7$.</solution>",
                         "So. The final answer is $7$.", "7"),
    "boxed": ("<solution>Hence $\\boxed{\\frac{1}{\\sqrt{2}}}$.</solution>",
              "Hence $\\boxed{\\frac{1}{\\sqrt{2}}}$.", "\\frac{1}{\\sqrt{2}}"),
    "the last counts": ("<solution>\\boxed{1} no.\nFinal answer: \\boxed{2}</solution>",
                        "\\boxed{1} no.\nFinal answer: \\boxed{2}", "2"),
    "no tags, boxed": ("Half of 14, so \\boxed{7}.", "Half of 14, so \\boxed{7}.", "7"),
    "no tags, line": ("Half of 14.\n\nFinal answer: 7", "Half of 14.\n\nFinal answer: 7", "7"),
    "next line": ("<solution>So.\nFinal answer:\n7</solution>", "So.\nFinal answer:\n7", "7"),
    "unclosed": ("<solution>So it is 7.\nFinal answer: 7", "So it is 7.\nFinal answer: 7", "7"),
    "a proof": ("<solution>By induction, all $n$ do.</solution>", "By induction, all $n$ do.",
                None),
    "answer apart": ("<solution>Half of it.</solution>\n<answer>7</answer>",
                     "Half of it.\n\nFinal answer: 7", "7"),
    "answer inside": ("<solution>Half of it is <answer>7</answer></solution>",
                      "Half of it is 7", "7"),
    "thought first": ("<think>is it 8?\nFinal answer: 8</think>So.\nFinal answer: 7",
                      "So.\nFinal answer: 7", "7"),
    "LaTeX survives": (f"<solution>{LATEX}\nFinal answer: $\\theta$</solution>",
                       f"{LATEX}\nFinal answer: $\\theta$", "\\theta"),
    "Chinese": ("<solution>一半是七。\n最终答案：7</solution>", "一半是七。\n最终答案：7", "7"),
    "cut off behind it": ("<solution>So.\nFinal answer: 7</solution> And now", 
                          "So.\nFinal answer: 7", "7"),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_are_read(case: str) -> None:
    reply, text, final = ANSWERS[case]
    found = answer(reply, "length" if case == "cut off behind it" else "stop")
    assert (found.text, found.final) == (text, final)


@pytest.mark.parametrize(
    ("reply", "finish_reason", "reason"),
    [
        ("", "stop", "empty"),
        ("<solution>\n</solution>", "stop", "empty"),
        ("<solution>We begin with", "length", "truncated"),
        ("We begin with\nFinal answer: 7", "length", "truncated"),
        ("The weather is nice.", "stop", "off format"),
        ("I'm sorry, I cannot solve this.", "stop", "refusal"),
        ("<solution>I cannot solve this.</solution>", "stop", "refusal"),
        ("<solution>[The worked solution]</solution>", "stop", "copies the prompt"),
        (f"<solution>{'so on and ' * 40}</solution>", "stop", "repeats itself"),
    ],
)
def test_replies_without_an_answer_have_a_reason(
    reply: str, finish_reason: str, reason: str
) -> None:
    with pytest.raises(ParseError) as raised:
        answer(reply, finish_reason)
    assert raised.value.reason == reason


ASKED = (
    f"{CHAIN} Give the result to three places and say why each step of the computation holds. "
    "Put the solution between <solution> and </solution>."
)


@pytest.mark.parametrize(
    "text", [ASKED, f"I was told: {ASKED}", f"{ASKED}\nFinal answer: 7", CHAIN]
)
def test_what_was_asked_is_neither_question_nor_answer(text: str) -> None:
    with pytest.raises(ParseError, match="copies the prompt"):
        answer(f"<solution>{text}</solution>", prompt=f"Solve: {ASKED}")
    with pytest.raises(ParseError, match="copies the prompt"):
        questions(f"<question>{text}</question>", prompt=f"Solve: {ASKED}")


def test_a_solution_may_begin_with_the_question() -> None:
    text = f"{CHAIN} By the chain rule $f'(x) = 2x \\cos(x^2)$, and there it is $-2\\sqrt{{\\pi}}$."
    assert answer(f"<solution>{text}</solution>", prompt=f"Solve: {CHAIN}").text == text


GROUPS = {"Groups": ["Coset", "Order", "Kernel", "Subgroup", "Homomorphism"]}


def j(topics: object = None, **more: object) -> str:
    listed = [{"topic": name, "concepts": names} for name, names in GROUPS.items()]
    value = {"level": "College", "subject": "Algebra", "topics": topics or listed, **more}
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    "reply",
    [
        j(),
        f"```json\n{j()}\n```",
        f"<think>{{}}</think>Here it is: {j()} Good luck!",
        j().replace("]}]", "],}],"),
        j(dict(GROUPS)),
        j([{"name": "Groups", "key_concepts": GROUPS["Groups"]}]),
        j([{"Topic": "Groups", "Knowledge Points": ["1.1. Coset", *GROUPS["Groups"]]}]),
        json.dumps({"Educational Level": "COLLEGE", "Subject": "Algebra", "Topics": GROUPS}),
    ],
)
def test_tags_are_read(reply: str) -> None:
    found = tags(reply)
    assert (found.level, found.subject, found.topics) == ("College", "Algebra", GROUPS)
    assert found.shortfalls == ()


@pytest.mark.parametrize(
    ("reply", "finish_reason", "reason"),
    [
        ("", "stop", "empty"),
        (j()[:-4], "length", "truncated"),
        (j()[:-4], "stop", "not JSON"),
        ("Level: College, topics: Groups", "stop", "not JSON"),
        ("[1, 2]", "stop", "not JSON"),
        ('{"level": "College"}', "stop", "off format"),
        (j([{"topic": "Groups", "concepts": []}]), "stop", "off format"),
        (j([{"topic": "...", "concepts": ["..."]}]), "stop", "off format"),
        (j([{"topic": "[topic]", "concepts": ["[concept]"]}]), "stop", "copies the prompt"),
        ("I'm sorry, but as an AI I cannot.", "stop", "refusal"),
        ("{" * 50_000, "stop", "not JSON"),
    ],
)
def test_replies_without_tags_have_a_reason(reply: str, finish_reason: str, reason: str) -> None:
    with pytest.raises(ParseError) as raised:
        tags(reply, finish_reason)
    assert raised.value.reason == reason


def test_tags_are_cleaned_and_shortfalls_told() -> None:
    topics = [
        {"topic": " Groups ", "concepts": ["Coset", "coset", "", "groups", None, 7, "x" * 500]},
        {"topic": "groups", "concepts": ["Order"]},
        {"topic": "Rings", "concepts": "Ideal"},
        *({"topic": f"Topic {n}", "concepts": [f"c{m}" for m in range(25)]} for n in range(5)),
    ]
    found = tags(j(topics, level="kindergarten", subject=""))
    assert list(found.topics) == ["Groups", "Topic 0", "Topic 1", "Topic 2", "Topic 3"]
    assert found.topics["Groups"] == ["Coset"]
    assert len(found.topics["Topic 0"]) == 20
    assert (found.level, found.subject) == ("Other", "")
    assert set(found.shortfalls) == {
        "fewer than 5 key concepts", "topic named twice", "topic without key concepts",
        "more than 20 key concepts", "more than 5 topics", "unknown level",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"$\frac{1}{2}$ rule", r"$\frac{1}{2}$ rule"),
        (r"$\theta$-function", r"$\theta$-function"),
        (r"$\nabla$ operator", r"$\nabla$ operator"),
        (r"$\beta$ and $\rho$", r"$\beta$ and $\rho$"),
        (r"$\sqrt{2}$", r"$\sqrt{2}$"),
        (r"$\\sigma$-algebra", r"$\sigma$-algebra"),
        (r"$\upsilon$", r"$\upsilon$"),
        (r"$\{0\}$", r"$\{0\}$"),
        (r"Caf\u00e9 wall", "Café wall"),
        (r"Group\nTheory", "Group Theory"),
        (r"Group\theory", "Group heory"),
        (r"Group\tTheory", "Group Theory"),
        (r"A \"small\" set", 'A "small" set'),
    ],
)
def test_backslashes_in_labels(written: str, meant: str) -> None:
    reply = '{"level": "College", "subject": "A", "topics": [{"topic": "T", "concepts": ["%s"]}]}'
    assert tags(reply % written).topics["T"] == [meant]


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("$\frac{1}{2}$", r"$\frac{1}{2}$"),
        ("$\beta + \bar x$", r"$\beta + \bar x$"),
        ("$\theta$ and $\times$", r"$\theta$ and $\times$"),
        ("$\rho$", r"$\rho$"),
        ("$\nabla f$", r"$\nabla f$"),
        ("a\x00b\x1fc", "abc"),
        ("one\ttwo\nthree\n", "one\ttwo\nthree\n"),
        ("a line\nand another\tan item", "a line\nand another\tan item"),
        ("x\r\ny\rz", "x\ny\nz"),
    ],
)
def test_control_characters_become_commands_again(broken: str, meant: str) -> None:
    assert parse.restore_latex(broken) == meant


@given(st.text(max_size=300), st.sampled_from(["stop", "length", "refusal"]))
def test_no_reply_breaks_a_parser(text: str, finish_reason: str) -> None:
    for read in (questions, answer, tags):
        try:
            read(text, finish_reason)
        except ParseError as error:
            assert error.reason


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=20, max_size=200))
def test_what_stands_between_tags_survives(text: str) -> None:
    wanted = " ".join(text.split())
    try:
        found = questions(f"<question>\n{wanted}\n</question>")
    except ParseError:
        return
    assert found[0].text in wanted


def test_parsers_have_versions_and_names() -> None:
    assert {"questions", "answer", "tags", "passage", "ratings", "points"} <= set(parse.VERSIONS)
    assert all(parse.parser(name) for name in parse.VERSIONS)
    assert parse.parser("tags") is tags
    with pytest.raises(UsageError, match="no parser"):
        parse.parser("poem")
