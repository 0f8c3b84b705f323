"""The store of responses: durable at once, keyed, shared by processes, never overwritten."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kgsynth.calls.journal import FILE, Kept, Spent, call_key, open_journal
from kgsynth.errors import KgsynthError
from kgsynth.models import Response


def kept(text: str) -> Response:
    return Response(text, "stop", 3, 5, 0.1, "m")


def test_claims_are_stable_and_two_askers_of_one_request_get_two_numbers(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert journal.claim([("b", "one", 0), ("b", "two", 0), ("c", "one", 0)]) == [0, 1, 0]
    with open_journal(tmp_path) as journal:
        assert journal.claim([("b", "two", 0), ("b", "three", 0), ("b", "one", 0)]) == [1, 2, 0]


def test_the_second_call_about_a_source_is_not_its_first_in_a_folder_that_asked_none(
    tmp_path: Path,
) -> None:
    with open_journal(tmp_path) as journal:
        assert journal.claim([("b", "one#4", 4), ("b", "one#5", 5), ("b", "one", 0)]) == [4, 5, 6]
        assert journal.claim([("b", "one#5", 5)]) == [5]


def test_a_response_is_found_by_its_key_and_never_replaced(tmp_path: Path) -> None:
    text = "\\frac{1}{2}\n\x00 and \ud7ff"
    with open_journal(tmp_path) as journal:
        assert journal.find([call_key("b", 0)]) == {}
        (first,) = journal.keep([Kept("b", 0, [["user", "?"]], kept(text))])
        (second,) = journal.keep([Kept("b", 0, [["user", "?"]], kept("later"))])
        assert first.text == second.text == text
        assert journal.find([call_key("b", 0), call_key("b", 1)]) == {call_key("b", 0): kept(text)}


def test_what_keep_returned_from_survives_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from kgsynth.calls.journal import Kept, open_journal\n"
        "from kgsynth.models import Response\n"
        "with open_journal(Path(sys.argv[1])) as journal:\n"
        "    for n in range(10_000):\n"
        "        journal.keep([Kept('b', n, [], Response(str(n), 'stop', 1, 1, 0.1, 'm'))])\n"
        "        print(n, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    said += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    with open_journal(tmp_path) as journal:
        found = journal.find([call_key("b", n) for n in said])
    assert sorted(int(response.text) for response in found.values()) == said


def test_processes_share_one_store(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom kgsynth.calls.journal import open_journal\n"
        "with open_journal(Path(sys.argv[1])) as journal:\n"
        "    for n in range(100):\n"
        "        print(journal.claim([('b', f'{sys.argv[2]}-{n}', 0)])[0])\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("x", "y", "z")
    ]
    numbers = [int(line) for process in running for line in process.communicate()[0].split()]
    assert sorted(numbers) == list(range(300))


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one" * 40])
def test_a_foreign_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(KgsynthError, match="not a readable store"), open_journal(tmp_path):
        pass
    assert (tmp_path / FILE).read_bytes() == content


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_journal(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(KgsynthError, match="newer kgsynth"), open_journal(tmp_path):
        pass


def test_a_file_that_was_cut_short_is_refused_in_one_line(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.keep([Kept("b", n, [], kept("x" * 3000)) for n in range(200)])
    whole = (tmp_path / FILE).read_bytes()
    for length in range(101, len(whole), len(whole) // 40):
        (tmp_path / FILE).write_bytes(whole[:length])
        with pytest.raises(KgsynthError, match=r"cut short") as caught, open_journal(tmp_path):
            pass
        assert "\n" not in str(caught.value)
    # With a log beside it SQLite knows more than the file: it is for SQLite to say.
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    (tmp_path / f"{FILE}-wal").write_bytes(b"x")
    with pytest.raises(KgsynthError), open_journal(tmp_path) as journal:
        journal.find(call_key("b", n) for n in range(200))
    (tmp_path / f"{FILE}-wal").unlink(missing_ok=True)
    (tmp_path / FILE).write_bytes(whole)
    with open_journal(tmp_path) as journal:
        assert len(journal.find(call_key("b", n) for n in range(200))) == 200


def test_what_a_run_spent_outlives_the_process(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for n in range(3):
            journal.keep([Kept("b", n, [], kept("x"))], run="r", role="asker", seconds=0.5)
        journal.keep([Kept("d", n, [], kept("x")) for n in range(2)], run="r", role="solver")
        journal.keep([Kept("c", 0, [], kept("x"))], run="other")
    with open_journal(tmp_path) as journal:
        assert journal.spent("r") == {"asker": Spent(3, 9, 15, 1.5), "solver": Spent(2, 6, 10, 0)}
        assert journal.spent("none") == {}


def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.connection.execute("PRAGMA max_page_count = 60")
        kept_before = []
        with pytest.raises(KgsynthError, match="Free space"):
            for n in range(1000):
                journal.keep([Kept("b", n, [], kept("x" * 3000))])
                kept_before.append(call_key("b", n))
        assert kept_before and len(journal.find(kept_before)) == len(kept_before)
        journal.connection.execute("PRAGMA max_page_count = 100000")
        journal.keep([Kept("b", len(kept_before), [], kept("again"))])
        (integrity,) = journal.connection.execute("PRAGMA integrity_check").fetchone()
        assert integrity == "ok"


def test_what_was_asked_is_kept_word_for_word(tmp_path: Path) -> None:
    asked = [["system", "You solve."], ["user", "Was ist \\frac{1}{2} von 8? \U0001f9ee"]]
    with open_journal(tmp_path) as journal:
        journal.keep([Kept("b", 0, asked, kept("4"))])
        assert journal.request(call_key("b", 0)) == asked
        assert journal.request(call_key("b", 1)) is None


def test_a_store_of_the_format_before_is_taken_over_whole(tmp_path: Path) -> None:
    from kgsynth.calls import journal as module

    connection = sqlite3.connect(tmp_path / FILE)
    connection.executescript("".join(module._STEPS[:2]) + "PRAGMA user_version = 2;")
    rows = [(call_key("b", n), "b", n, f'[["user", "{n}"]]', f"reply {n}") for n in range(50)]
    connection.executemany(
        "INSERT INTO response (key, base, sample, request, text, finish_reason, seconds, model) "
        "VALUES (?, ?, ?, ?, ?, 'stop', 0.5, 'm')",
        rows,
    )
    connection.execute("INSERT INTO spent VALUES ('r', 'asker', 50, 1, 2, 3.0)")
    connection.commit()
    connection.close()
    for _ in range(2):
        with open_journal(tmp_path) as journal:
            found = journal.find(key for key, *_ in rows)
            assert [found[key].text for key, *_ in rows] == [row[4] for row in rows]
            assert journal.request(rows[7][0]) == [["user", "7"]]
            assert journal.spent("r") == {"asker": Spent(50, 1, 2, 3.0)}
