"""SynthLLM whole: the three levels from one corpus, so that they can be compared.

The settings are those of `synthllm-level1`, `-level2` and `-level3`; one `answer` for all of them,
and one export, whose rows say their method (section 3.2 and appendix B).
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="synthllm",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 3.2",
    about="All three levels from one corpus, answered by one model, to be compared.",
    stages=(
        Stage("ingest documents"),
        Stage("ingest concepts"),
        Stage("tag"),
        Stage("merge"),
        Stage("link", {"source": "documents", "eps": 1e-6}),
        Stage("sample walk", {"epochs": 5, "sets_per_topic": 1, "entry": "each"}),
        Stage("ground", {"top": 2}),
        Stage("generate", {"method": "synthllm-level1"}),
        Stage("generate", {"method": "synthllm-level2"}),
        Stage("generate", {"method": "synthllm-level3"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer"),
        Stage("export", {"format": "chat"}),
    ),
)
