"""What a step took in, kept and dropped, by reason: the result that every step returns."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Funnel:
    """Counts of one step. `failures` are drops that make the command exit 1 (bad input).

    `notes` holds further counts and facts for people, in the order they were added.
    """

    step: str
    taken: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    notes: dict[str, Any] = field(default_factory=dict)

    def drop(self, reason: str, count: int = 1, *, failure: bool = False) -> None:
        """Counts a drop; every drop has a reason (design.md, law 3)."""
        self.dropped[reason] += count
        self.failures += count if failure else 0

    def add(self, part: "Funnel") -> None:
        """Counts a part of the same step: numbers are summed, texts stand beside each other."""
        self.taken += part.taken
        self.kept += part.kept
        self.dropped += part.dropped
        self.failures += part.failures
        for name, value in part.notes.items():
            held = self.notes.get(name)
            if isinstance(held, int | float):
                self.notes[name] = round(held + value, 1)
            elif held is None or value == held:
                self.notes[name] = value
            else:
                self.notes[name] = f"{held}, {value}"

    @property
    def nothing_to_do(self) -> bool:
        """Whether the step found nothing pending."""
        return self.taken == 0

    def as_row(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "step": self.step,
            "in": self.taken,
            "kept": self.kept,
            "dropped": dict(self.dropped),
            **self.notes,
        }
