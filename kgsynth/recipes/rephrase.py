"""Rephrase augmentation, a baseline: questions found in documents, each said in other words.

The questions that Level 1 finds are reworded by a prompt with two examples, as MetaMath does
(SynthLLM, section 4.3 and appendix B); answers by a model of its own.
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="rephrase",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 4.3, rephrase",
    about="Baseline: questions found in documents, rephrased, answered.",
    stages=(
        Stage("ingest documents"),
        Stage("generate", {"method": "synthllm-level1"}),
        Stage("generate", {"method": "rephrase"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer", {"questions": "rephrase"}),
        Stage("export", {"format": "chat", "method": "rephrase"}),
    ),
)
