"""SynthLLM, Level 1: questions found in single documents, and new ones on what they teach.

One to five questions a document (section 3.2, figure 7); answers by a model of its own.
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="synthllm-level1",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 3.2, level 1",
    about="Questions found in single documents and new ones on them, answered.",
    stages=(
        Stage("ingest documents"),
        Stage("generate", {"method": "synthllm-level1"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer", {"questions": "synthllm-level1"}),
        Stage("export", {"format": "chat", "method": "synthllm-level1"}),
    ),
)
