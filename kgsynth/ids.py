"""Ids: a hash of what makes the thing what it is, so writing twice changes nothing."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from json.encoder import encode_basestring

# Marks that change how a text is drawn, not what it says: zero-width, bidi, soft hyphen, BOM.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Blanks that are more or other than one space: three times as fast as \s+ on prose.
_BLANKS = re.compile(r" \s+|[^\S ]\s*")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def content_id(*parts: object) -> str:
    """Hash of the parts as 32 hex characters (sha256 cut to 128 bits).

    Parts are joined as canonical JSON (sorted keys, no blanks), so their order and types count.
    """
    return _hash(_canonical(parts))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def normalise_text(text: str) -> str:
    """The form of a text that its id is made of: NFC, invisible marks dropped, single blanks."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def normalise_name(name: str) -> str:
    """The form of a concept name that its id is made of: NFKC, casefold, single blanks."""
    if name.isascii():  # at a glance: nothing to unite, nothing invisible
        return " ".join(name.split()).lower()
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    return _BLANKS.sub(" ", visible).strip().casefold()


def text_id(label: str, text: str) -> str:
    """Id of a `Document` or `Problem`: its label and normalised text."""
    return content_id(label, normalise_text(text))


def concept_id(kind: str, name: str, domain: str) -> str:
    """Id of a free concept: kind (`Topic`, `KnowledgePoint`), domain and normalised name."""
    # The canonical JSON of `content_id`, four times as fast: there are millions of names.
    texts = (kind, domain, normalise_name(name))
    return _hash(f'["Concept",{",".join(map(encode_basestring, texts))}]')


def set_id(strategy: str, members: Sequence[str], seed: int, epoch: int, ordinal: int) -> str:
    """Id of a `ConceptSet`: strategy, member ids in order, seed, epoch, ordinal."""
    return content_id("ConceptSet", strategy, list(members), seed, epoch, ordinal)


def seed_from(*parts: object) -> int:
    """A seed of 63 bits from the parts: one independent stream per draw (design.md, law 2)."""
    return int(content_id("seed", *parts)[:16], 16) >> 1
