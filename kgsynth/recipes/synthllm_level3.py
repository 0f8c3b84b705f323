"""SynthLLM, Level 3: questions on concept sets walked over many documents (section 3.2).

Five epochs over all topics, walks of one or two topic steps and three or four concept steps, the
two nearest documents, one to three questions a set; answers by a model of its own.
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="synthllm-level3",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 3.2, level 3",
    about="Concept sets walked over the graph of many documents, grounded, asked and answered.",
    stages=(
        Stage("ingest documents"),
        Stage("ingest concepts"),
        Stage("tag"),
        Stage("merge"),
        Stage("link", {"source": "documents", "eps": 1e-6}),
        Stage("sample walk", {"epochs": 5, "sets_per_topic": 1, "entry": "each"}),
        Stage("ground", {"top": 2}),
        Stage("generate", {"method": "synthllm-level3"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer", {"questions": "synthllm-level3"}),
        Stage("export", {"format": "chat", "method": "synthllm-level3"}),
    ),
)
