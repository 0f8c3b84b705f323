"""Level-1 replies as models really give them: origin, level, subject, or no suitable document."""

import pytest

from kgsynth.parse import ParseError, questions

TEXT = "A ladder of 5 m leans against a wall, its foot 3 m away. How high does it reach?"


def only(reply: str, **more: object) -> tuple[str, str | None, str | None, str | None]:
    (one,) = questions(reply, **more)  # type: ignore[arg-type]
    assert one.reason is None
    return one.text, one.origin, one.level, one.subject


@pytest.mark.parametrize(
    "reply",
    [
        f"<question>\nOrigin: original\nLevel: High School\nSubject: Geometry\n{TEXT}\n</question>",
        f"<Q1>\nQuestion: {TEXT}\nOrig_tag:<original_question>\nLevel:<high_school>\n"
        "Subject: Geometry\n</Q1>",
        f"**Question 1:** {TEXT}\n**Origin:** original\n**Level:** high school\n"
        "**Subject:** Geometry",
        f"<question>{TEXT}\n<original_question> <high_school>\nsubject: Geometry\n</question>",
        f"1. {TEXT}\n   - Origin: Original question\n   - School level: High School (grade 9)\n"
        "   - Subject area: Geometry\n",
        f"<question>\nORIGINALITY TAG: original\nEducational level: `High School`\n"
        f"Subject：Geometry\n\n{TEXT}\n</question>",
        f"```\n<question>\norigin: original\nlevel: high_school\nsubject: *Geometry*\n{TEXT}\n"
        "</question>\n```",
    ],
)
def test_fields_are_read_and_taken_out_of_the_text(reply: str) -> None:
    assert only(reply) == (TEXT, "original", "High School", "Geometry")


def test_what_a_heading_says_in_brackets() -> None:
    reply = (
        f"**Question 1 (original):** {TEXT}\n**Level:** College\n\n"
        "Question 2 (High School): Find $f(2)$.\n\nQuestion 3 (a) Find 3 + 3. (b) Find 4: twice."
    )
    assert [(one.text, one.origin, one.level) for one in questions(reply)] == [
        (TEXT, "original", "College"),
        ("Find $f(2)$.", None, "High School"),
        ("(a) Find 3 + 3. (b) Find 4: twice.", None, None),
    ]


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("original", "original"),
        ("<original_question>", "original"),
        ("Original", "original"),
        ("created", "created"),
        ("<newly_created>", "created"),
        ("Newly created", "created"),
        ("new", "created"),
        ("[original or created]", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_words_for_the_origin(said: str, origin: str | None) -> None:
    reply = f"<question>\nOrigin: {said}\n{TEXT}\n</question>"
    if said.startswith("[original"):
        origin = "original"  # a slot that was copied begins with the word, and is read as it
    assert only(reply)[:2] == (TEXT, origin)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("<elementary>", "Primary School"),
        ("<middle_school>", "Middle School"),
        ("<grad_school>", "Graduate School"),
        ("<competition>", "Competition"),
        ("Graduate School", "Graduate School"),
        ("College / University", "College"),
        ("undergraduate", "College"),
        ("Other", "Other"),
        ("the level", None),
        ("7", None),
    ],
)
def test_words_for_the_level(said: str, level: str | None) -> None:
    assert only(f"<question>\nLevel: {said}\n{TEXT}\n</question>")[2] == level


def test_a_word_of_the_question_is_no_field() -> None:
    text = "The water level: it rises by 2 cm an hour. By how much does it rise in 5 hours?"
    assert only(f"<question>\n{text}\n</question>") == (text, None, None, None)
    lines = (
        "A pump fills a tank.\nThe origin of the axes is the tank's corner. Where is its centre?"
    )
    assert only(f"<question>\n{lines}\n</question>")[0] == lines


@pytest.mark.parametrize(
    "reply",
    [
        "NOT SUITABLE",
        "NOT SUITABLE for creating questions.",
        "**Not suitable** for creating questions, as the article is about football.",
        "<think>no numbers here</think>\nNot-suitable.",
    ],
)
def test_a_document_that_is_declared_unsuitable(reply: str) -> None:
    with pytest.raises(ParseError) as error:
        questions(reply)
    assert error.value.reason == "not suitable for questions"


REASONS = "\n".join(f"{n}. Part {n} of the article tells of a match and not of any number." * 2
                    for n in range(1, 9))  # fmt: skip


@pytest.mark.parametrize(
    "reply",
    [
        "<question>NOT SUITABLE</question>",
        "<question>\nOrigin: created\nLevel: Other\nSubject: None\nNOT SUITABLE\n</question>",
        "Question: NOT SUITABLE for creating questions.",
        "Question 1: NOT SUITABLE\n\nQuestion 2: NOT SUITABLE",
        "1. NOT SUITABLE",
        f"NOT SUITABLE\n{REASONS}",
        f"**NOT SUITABLE**, as\n\n{REASONS}",
        f"NOT SUITABLE.\n\nQuestion: why?\n{REASONS}",
        f"Answer: NOT_SUITABLE\n{REASONS}",
        f"The document is **not suitable** for creating questions:\n{REASONS}",
        "NOT SUITABLE. " + "It is about football. " * 40,
    ],
)
def test_a_declaration_is_no_question(reply: str) -> None:
    with pytest.raises(ParseError) as error:
        questions(reply)
    assert error.value.reason == "not suitable for questions"


@pytest.mark.parametrize(
    "reply",
    [
        f"<question>NOT SUITABLE</question>\n<question>{TEXT}</question>",
        f"<question>{TEXT}</question>\n<question>Not suitable for a further question.</question>",
        f"Question 1: {TEXT}\n\nQuestion 2: NOT SUITABLE (the rest is about football)",
        f"Not suitable for the first combination.\n\n<question>{TEXT}</question>",
    ],
)
def test_a_declaration_beside_a_question_is_left_out(reply: str) -> None:
    assert only(reply)[0] == TEXT


def test_a_declaration_that_was_cut_off_is_unknown() -> None:
    with pytest.raises(ParseError, match="truncated"):
        questions("<question>NOT SUITABLE", "length")


@pytest.mark.parametrize(
    "text",
    [
        "Not suitable seeds are 10% of 40. Compute the number of the others.",
        '"Not suitable" stands on 8 of 200 boxes. Compute the share of these boxes.',
        "Not suitable, torn or old tickets are 5 of 20. Compute the share of the good ones.",
        "Not suitable for children under 3: a toy of 5 parts. In how many orders can they stand?",
        "A box is not suitable if $V > 3$.\n\nCompute the probability $P(V > 3)$ that it is not.",
        "Explain why the ratio test is not suitable for creating a bound of $\\sum 1/n^2$.",
    ],
)
def test_a_question_that_mentions_the_words_stays(text: str) -> None:
    for reply in ("<question>\n{}\n</question>", "Question: {}", "1. {}"):
        assert only(reply.format(text))[0] == text


ORIGINAL = "Origin: original\nLevel: College\nSubject: Algebra\n"
CREATED = "**Origin:** created\n**Level:** High School\n**Subject:** Geometry\n"
ROOT = "Let $x^2 = 2$.\n\nFind $\\frac{x}{\\sqrt{2}}$ for $x > 0$."


@pytest.mark.parametrize(
    "reply",
    [
        f"{ORIGINAL}Question: {ROOT}\n\n{CREATED}Question: {TEXT}",
        f"{ORIGINAL}Question: {ROOT}\n{CREATED}Question: {TEXT}",
        f"1. {ORIGINAL}Question: {ROOT}\n\n2. {CREATED}Question: {TEXT}",
        f"## Question 1\n{ORIGINAL}\nQuestion: {ROOT}\n\n"
        f"## Question 2\n{CREATED}\nQuestion: {TEXT}",
        f"{ORIGINAL}<question>{ROOT}</question>\n\n{CREATED}<question>{TEXT}</question>",
        f"Question: {ROOT}\n{ORIGINAL}\nQuestion: {TEXT}\n{CREATED}",
        f"Question: {ROOT}\n{ORIGINAL}Question: {TEXT}\n{CREATED}",
        f"Origin: original\nQuestion: {ROOT}\nLevel: College\nSubject: Algebra\n\n"
        f"Origin: created\nQuestion: {TEXT}\nLevel: High School\nSubject: Geometry",
    ],
)
def test_fields_belong_to_their_question(reply: str) -> None:
    found = [(one.text, one.origin, one.level, one.subject) for one in questions(reply)]
    assert found == [
        (ROOT, "original", "College", "Algebra"), (TEXT, "created", "High School", "Geometry"),
    ]  # fmt: skip


def test_a_question_may_speak_of_what_is_not_suitable() -> None:
    text = "Of 40 seeds 10% are not suitable. How many of them can be sown in the garden?"
    assert only(f"<question>\n{text}\n</question>")[0] == text


def test_as_many_as_the_prompt_asks_for() -> None:
    reply = "\n".join(
        f"<question>\nCompute the sum of the first {n} odd numbers.\n</question>"
        for n in range(10, 17)
    )
    found = questions(reply, limit=5)
    assert [one.reason for one in found] == [None] * 5 + ["more than asked for"] * 2
