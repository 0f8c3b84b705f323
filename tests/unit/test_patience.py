"""What is told of a database that is away, and how long is waited between tries."""

import threading
import time
from itertools import islice

import pytest

from kgsynth.patience import Outage, Patience, Watch, delays


def test_pauses_double_up_to_a_cap() -> None:
    assert list(islice(delays(), 8)) == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_an_outage_is_told_once_from_many_threads_and_once_when_it_is_over() -> None:
    told: list[str] = []
    now = [100.0]
    outage = Outage(900, told.append, lambda: now[0])
    outage.over()
    threads = [threading.Thread(target=outage.begun, args=("refused\n again",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now[0] = 162.0
    outage.over()
    outage.over()
    assert len(told) == 2
    assert "(refused again)" in told[0] and "900 s" in told[0] and "kgsynth db start" in told[0]
    assert told[1] == "Neo4j serves again, after 62 s."


def test_a_long_call_is_an_outage_only_while_the_server_does_not_answer() -> None:
    told: list[str] = []
    asked: list[bool] = []
    there = [True]

    def ping() -> bool:
        asked.append(there[0])
        return there[0]

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + 10
        while len(told) < count and time.monotonic() < deadline:
            time.sleep(0.01)

    watch = Watch(ping, Outage(900, told.append), notice=0.1)
    with watch.watching():
        time.sleep(0.3)
        assert not asked  # nobody waits for an answer
        with watch.call():
            time.sleep(0.4)
            assert asked and not told
            there[0] = False
            wait_for(1)
            there[0] = True
            wait_for(2)
    assert "silent" in told[0] and "serves again" in told[1]
    assert len(told) == 2


def test_calls_are_repeated_while_their_error_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kgsynth.patience.FIRST_DELAY", 0.01)
    errors: list[Exception] = [OSError("away"), OSError("away"), OSError("away")]

    def work() -> str:
        if errors:
            raise errors.pop()
        return "done"

    patience = Patience(60, 15, lambda: True)
    with patience.kept():
        assert patience.waiting(work, lambda error: isinstance(error, OSError)) == "done"
        errors.append(ValueError("wrong"))
        with pytest.raises(ValueError, match="wrong"):
            patience.waiting(work, lambda error: isinstance(error, OSError))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and "cannot serve now (away)" in told[0] and "serves again" in told[1]


def test_waiting_ends_when_it_is_given_up_or_there_is_no_patience(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work() -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        Patience(0, 15, lambda: True).waiting(work, lambda error: True)
    assert capsys.readouterr().err == ""
    patience = Patience(600, 15, lambda: True)
    threading.Timer(0.2, patience.give_up).start()
    begin = time.monotonic()
    with pytest.raises(OSError, match="away"):
        patience.waiting(work, lambda error: True)
    assert time.monotonic() - begin < 5
