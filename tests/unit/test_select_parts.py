"""Parts of `select` that need no database: scores of few ratings, prompts, options."""

import click
import numpy as np
import pytest

from kgsynth import assets
from kgsynth.cli.select import select
from kgsynth.selection import scores


@pytest.mark.parametrize("marks", [[7.33333], [7.0, 3.0], [7.0, 3.0, 5.0]])
def test_few_ratings_give_scores(marks: list[float]) -> None:
    vectors = np.eye(4, dtype=np.float32)
    found = scores.scores(vectors, np.zeros(4), list(range(len(marks))), marks, 0)
    assert found.shape == (4,) and np.isfinite(found).all()
    assert found[: len(marks)].tolist() == pytest.approx(marks, abs=1e-4)
    assert (found >= min(marks) - 1e-4).all() and (found <= max(marks)).all()


def test_a_single_document_has_its_rating_as_score() -> None:
    assert scores.scores(np.ones((1, 3)), np.ones(1), [0], [6.0], 0).tolist() == [6.0]


@pytest.mark.parametrize("domain", ["mathematics", "code"])
def test_what_teaches_nothing_of_the_domain_is_not_clear(domain: str) -> None:
    ((_, asked),) = [m for m in assets.prompt("select/rate", domain).messages if m[0] == "user"]
    assert "clarity is low as well" in asked


@pytest.mark.parametrize(("said", "number"), [([], 2_000), (["3"], 3), (["all"], None)])
def test_so_many_or_all_that_are_kept_are_rated(said: list[str], number: int | None) -> None:
    given = ["--rate-kept", *said] if said else []
    assert select.make_context("select", given).params["rate_kept"] == number


@pytest.mark.parametrize("said", ["0", "none"])
def test_no_number_of_documents_to_rate(said: str) -> None:
    with pytest.raises(click.BadParameter):
        select.make_context("select", ["--rate-kept", said])
