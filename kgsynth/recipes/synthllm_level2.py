"""SynthLLM, Level 2: questions on combinations of the key concepts of single documents.

Topics and key concepts of a document, one to five questions on two or three of them each, which
the model picks (section 3.2, equation 4, figures 8 and 10); answers by a model of its own.
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="synthllm-level2",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 3.2, level 2",
    about="Questions on combinations of a single document's key concepts, answered.",
    stages=(
        Stage("ingest documents"),
        Stage("ingest concepts"),
        Stage("tag"),
        Stage("merge"),
        Stage("generate", {"method": "synthllm-level2"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer", {"questions": "synthllm-level2"}),
        Stage("export", {"format": "chat", "method": "synthllm-level2"}),
    ),
)
