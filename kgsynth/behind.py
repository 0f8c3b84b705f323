"""Work beside the main thread, one piece at a time: a chunk is written while the next is read."""

import threading
from collections.abc import Callable


class Behind:
    """Runs one piece of work at a time in a thread that never holds up the end of the process."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def run(self, work: Callable[[], object]) -> None:
        """Starts the work when the one before is done; raises what that one raised."""
        self.wait()
        self._thread = threading.Thread(target=self._work, args=(work,), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Waits for what runs; raises what it raised."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def _work(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            self._error = error
