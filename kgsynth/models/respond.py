"""Many conversations to one model; replies as they arrive."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from kgsynth.models.asker import Unanswered
from kgsynth.models.asking import asking
from kgsynth.models.messages import Conversation, Reply
from kgsynth.models.records import Generation

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Who asks a few questions and waits for them does not want to wait for a server that is away.
_PATIENCE = 10.0


def respond(
    model: "BaseChatModel",
    conversations: Sequence[Conversation],
    generation: Generation,
    patience: float = _PATIENCE,
) -> Iterator[tuple[int, Reply]]:
    """Yields (place, reply) for every conversation, each once, as replies arrive.

    A conversation is a list of (role, text). It is `asking` for those who have all conversations at
    hand, and with little patience: where a server would have to be waited for longer (seconds),
    its failure is the reply, a ModelError in its place. KeyboardInterrupt and SystemExit pass
    through, and what is in flight is given up. Raises KgsynthError where nearly everything fails.
    """
    todo = iter(enumerate(conversations))
    unanswered = set(range(len(conversations)))
    with asking(model, patience=patience) as asker:
        try:
            while unanswered:
                for place, conversation in islice(todo, asker.room):
                    asker.submit(place, conversation, generation)
                for place, reply in asker.arrived():
                    unanswered.remove(place)
                    yield place, reply
        except Unanswered as silence:
            for place in sorted(unanswered):
                yield place, silence.failure
