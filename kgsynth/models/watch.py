"""When a run is better stopped: nearly everything fails, or every answer is the same."""

from collections import Counter, deque
from collections.abc import Hashable

from kgsynth.models.records import ModelError, Response

_FINISHED = 50  # replies that are looked back on
_SAME = 20  # different prompts with one and the same text
_LONG = 100  # characters; a label may well be the same twenty times


class Watch:
    """Looks at every finished request; `note` says why the run should stop, if it should."""

    def __init__(self) -> None:
        self._failures: deque[str | None] = deque(maxlen=_FINISHED)
        self._text, self._prompts = "", set[Hashable]()

    def note(self, prompt: Hashable, reply: Response | ModelError) -> str | None:
        """The reason to stop, in one line; None to go on."""
        if isinstance(reply, ModelError):
            self._failures.append(reply.reason)
            failed = [reason for reason in self._failures if reason]
            if len(self._failures) == _FINISHED and len(failed) > _FINISHED / 2:
                ((most, times),) = Counter(failed).most_common(1)
                return (
                    f"{len(failed)} of the last {_FINISHED} requests failed, {times} of them with "
                    f"{most!r} (the last one: {reply}). What was answered is kept: mend that and "
                    "say the same command again."
                )
            return None
        self._failures.append(None)
        if reply.text != self._text:
            self._text, self._prompts = reply.text, set()
        self._prompts.add(prompt)
        if len(reply.text) >= _LONG and len(self._prompts) >= _SAME:
            return (
                f"The model gave the very same text to {_SAME} different prompts in a row "
                f"({reply.text[:60]!r}...). What was answered is kept: look at the model server, "
                "then say the same command again."
            )
        return None
