"""Reading in a child process that has so much time and memory and no more.

A PDF, notebook or LaTeX source may be made to hang, to fill the memory or to crash the library that
reads it; then the child ends, that file is refused, and the next one gets a new child.
"""

import json
from types import TracebackType

from kgsynth import child
from kgsynth.readers.record import UnreadableError

SECONDS = 60.0
MEMORY = 2 * 2**30  # address space of the child; where the system heeds the limit (Linux)
KINDS = frozenset({"pdf", "tex", "ipynb"})
Read = tuple[str | None, str, str]  # title, text, and what was lost of it
_TIMED_OUT = "took over {:.0f} seconds"
_ENDED = "the reader crashed or ran out of memory"


class Reader:
    """Title and text of files, read in a child process that starts with the first file."""

    def __init__(self, seconds: float | None = None, memory: int | None = None) -> None:
        self.seconds, self.memory = seconds or SECONDS, memory or MEMORY
        self._child: child.Child | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, kind: str, data: bytes, max_bytes: int) -> Read:
        """Title and text of a file of one of the KINDS, cut soon after `max_bytes`; what was lost.

        Raises UnreadableError, also when the reader takes too long, too much memory, or crashes.
        """
        self._child = self._child or child.start(__name__, self.memory)
        pipe = self._child.pipe
        try:
            pipe.send_bytes(json.dumps([kind, max_bytes]).encode())
            pipe.send_bytes(data)
            if not pipe.poll(self.seconds):
                self.close()
                raise UnreadableError(_REASONS[kind], _TIMED_OUT.format(self.seconds))
            answer = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            self.close()
            raise UnreadableError(_REASONS[kind], _ENDED) from None
        if "reason" in answer:
            raise UnreadableError(answer["reason"] or _REASONS[kind], answer["detail"])
        return answer["title"], answer["text"], answer["lost"]

    def close(self) -> None:
        """Ends the child, if there is one."""
        if self._child:
            self._child.end()
            self._child = None


_REASONS = {
    "pdf": "not a readable PDF",
    "tex": "not readable LaTeX",
    "ipynb": "not a readable notebook",
}


def _serve() -> None:
    """The child: reads one file after the other until its parent is gone."""
    pipe = child.parent()
    while True:
        try:
            kind, max_bytes = json.loads(pipe.recv_bytes())
            data = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(json.dumps(_answer(kind, data, max_bytes)).encode())


def _answer(kind: str, data: bytes, max_bytes: int) -> dict[str, str | None]:
    from kgsynth.readers import notebook, pdf, tex

    lost = ""
    try:
        if kind == "pdf":
            title, text, lost = pdf.read(data, max_bytes)
        else:
            title, text = (tex if kind == "tex" else notebook).read(data)
    except UnicodeDecodeError as error:
        return {"reason": "not UTF-8", "detail": f"byte {error.start + 1}"}
    except RecursionError:
        return {"reason": None, "detail": "nested too deep"}
    except MemoryError:
        return {"reason": None, "detail": "takes too much memory"}
    except UnreadableError as error:
        return {"reason": error.reason, "detail": error.detail}
    return {"title": title, "text": text, "lost": lost}


if __name__ == "__main__":
    _serve()
