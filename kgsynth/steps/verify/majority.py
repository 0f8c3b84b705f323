"""`verify majority`: an answer stands where enough of its samples agree on it.

`answer --samples N` lets the samples vote; this turns the outcome into verdicts (self-consistency;
CCS keeps the majority of 32 answers, SynthLLM section 3.3).
"""

from collections import Counter

from kgsynth import config
from kgsynth.calls.vote import normal_form
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict, write

MAJORITY = "majority"
AGREED, TIE, LITTLE = "agreed", "tie", "too little agreement"
AGREEMENT = 0.5
PAGE = 2_000


def majority(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    agreement: float = AGREEMENT,
    questions: str | None = None,
    where: str | None = None,
) -> Funnel:
    """Accepts answers that won their vote with a share of `agreement` and more, and no tie.

    The share is of all samples that were asked for, those without a final answer too; a tie is
    another final answer with as many votes. Another `agreement` decides anew. Of the funnel, in =
    answers whose decision is new or another than before. `questions` keeps the questions of one
    method.
    """
    funnel = Funnel("verify majority")
    with progress("verify majority", None, "answers") as shown:
        for page in store.pages(
            "read/voted-answers", size=PAGE, where=where, domain=domain, method=questions
        ):
            rows = []
            for answer in page:
                label = outcome(answer, agreement)
                passed = label == AGREED
                decision = {"score": answer["agreement"], "label": label, "passed": passed}
                if answer["decided"] != decision:
                    rows.append(verdict(answer["id"], MAJORITY, **decision))
                    funnel.taken += 1
                    funnel.kept += passed
                    if not passed:
                        funnel.drop(label)
            write(store, rows)
            shown.advance(len(page))
    return funnel


def outcome(answer: Row, agreement: float) -> str:
    """The label of a winner: `final, votes, agreement`, and the finals of the `others`."""
    won = normal_form(answer["final"])
    forms = Counter(form for final in answer["others"] if (form := normal_form(final)) != won)
    if forms and max(forms.values()) >= answer["votes"]:
        return TIE
    return AGREED if answer["agreement"] >= agreement else LITTLE
