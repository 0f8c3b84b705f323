"""When a question is a copy: the reasons it is dropped for, and the key of an exact one."""

from kgsynth.ids import content_id, normalise_text

COPY = "copy of another question"
NEAR = "near-duplicate of another question"
SEED_COPY = "copy of a seed problem"
SEED_NEAR = "near-duplicate of a seed problem"


def text_key(text: str) -> str:
    """Equal for exact copies: the same text up to case, blanks and invisible marks."""
    return content_id("text", normalise_text(text).casefold())
