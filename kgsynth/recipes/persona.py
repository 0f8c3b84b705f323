"""Persona augmentation, a baseline: questions found in documents, asked anew by a drawn person.

The questions that Level 1 finds are each given to a persona (SynthLLM, section 4.3 and appendix B);
answers by a model of its own. The personas are those of `domains/DOMAIN/personas.txt`.
"""

from kgsynth.recipes import Recipe, Stage

RECIPE = Recipe(
    name="persona",
    paper="SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 4.3, persona",
    about="Baseline: questions found in documents, asked anew by personas, answered.",
    stages=(
        Stage("ingest documents"),
        Stage("generate", {"method": "synthllm-level1"}),
        Stage("generate", {"method": "persona"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("answer", {"questions": "persona"}),
        Stage("export", {"format": "chat", "method": "persona"}),
    ),
)
