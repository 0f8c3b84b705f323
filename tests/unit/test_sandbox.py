"""Programs that try to get out of the sandbox, at every level that this machine has."""

import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgsynth import sandbox
from kgsynth.errors import KgsynthError
from kgsynth.sandbox import seccomp

LEVELS = [level for level in sandbox.LEVELS if not sandbox.probe(level)]
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=LEVELS, ids=" + ".join)
def level(request: pytest.FixtureRequest) -> sandbox.Level:
    found: sandbox.Level = request.param
    return found


@pytest.fixture(autouse=True)
def _the_next_one_works(request: pytest.FixtureRequest) -> Iterator[None]:
    level = request.getfixturevalue("level") if "level" in request.fixturenames else None
    yield
    assert sandbox.run("print(6 * 7)", level=level).stdout == "42\n"


def test_a_sandbox_is_had_here() -> None:
    assert LEVELS
    assert sandbox.best() == LEVELS[0]


def test_an_ordinary_program_runs(level: sandbox.Level) -> None:
    program = """
import asyncio, dataclasses, fractions, itertools, sys

@dataclasses.dataclass
class Point:
    x: int

async def later():
    await asyncio.sleep(0)
    return fractions.Fraction(1, 3) + fractions.Fraction(1, 6)

if __name__ == "__main__":
    with open("/dev/null", "w") as nothing:
        print("unseen", file=nothing)
    print(Point(1), sum(itertools.islice(itertools.count(), 5)), input(), sys.argv)
    print(asyncio.run(later()))
    print("note", file=sys.stderr)
"""
    outcome = sandbox.run(program, stdin="é\n", level=level)
    assert (outcome.status, outcome.error) == ("ok", "note")
    assert outcome.stdout == "Point(x=1) 10 é ['program.py']\n1/2\n"


def test_the_libraries_are_there_and_nothing_beside_them() -> None:
    assert {"numpy", "scipy", "sympy"} <= set(sandbox.libraries())
    program = """
import numpy, scipy.optimize, sympy
x = sympy.Symbol("x")
print(sympy.solve(x**2 - 2), numpy.linalg.det(numpy.eye(3)))
print(round(scipy.optimize.brentq(lambda t: t * t - 4, 0, 9), 6))
import click
"""
    outcome = sandbox.run(program, seconds=20)
    assert outcome.stdout == "[-sqrt(2), sqrt(2)] 1.0\n2.0\n"
    assert outcome.status == "failed"
    assert outcome.error == "ModuleNotFoundError: No module named 'click'"


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError: invalid syntax"),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("raise SystemExit('no')", "no"),
        ("open('missing')", "FileNotFoundError: [Errno 2] No such file or directory: 'missing'"),
        ("import ctypes; ctypes.string_at(0)", ""),
    ],
)
def test_a_program_that_fails_says_of_what(program: str, error: str) -> None:
    outcome = sandbox.run(program)
    assert (outcome.status, outcome.error) == ("failed", error)


FILES = [
    "/etc/passwd",
    "/etc/hostname",
    str(ROOT / "README.md"),
    str(Path.home() / ".bashrc"),
    "/proc/self/environ",
    "/proc/1/environ",
    f"/proc/{os.getpid()}/environ",
    "/sys/kernel/notes",
    "/dev/kmsg",
    "/dev/mem",
    "/dev/shm/x",
    "../etc/passwd",
]


@pytest.mark.parametrize("how", ["r", "a"])
def test_files_outside_are_neither_read_nor_written(level: sandbox.Level, how: str) -> None:
    programs = [f"f = open({path!r}, {how!r}); print(f.read(9))" for path in FILES]
    outcomes = sandbox.run_many(programs, level=level)
    for path, outcome in zip(FILES, outcomes, strict=True):
        assert (outcome.status, outcome.stdout) == ("refused", ""), (path, outcome.error)


def test_nothing_outside_changes(level: sandbox.Level, tmp_path: Path) -> None:
    """Each way by itself: caught in the program, and looked at from here."""
    kept = tmp_path / "kept"
    kept.write_text("whole")
    kept.chmod(0o600)
    before = kept.stat()
    program = f"""
import ctypes, os, shutil
kept, folder = {str(kept)!r}, {str(tmp_path)!r}
libc = ctypes.CDLL(None)
ways = [
    lambda: os.remove(kept), lambda: os.rename(kept, kept + "2"), lambda: os.truncate(kept, 0),
    lambda: os.chmod(kept, 0o777), lambda: os.utime(kept, (1, 1)), lambda: os.chown(kept, 1, 1),
    lambda: os.mkdir(folder + "/new"), lambda: os.symlink(kept, folder + "/link"),
    lambda: os.link(kept, folder + "/link"), lambda: shutil.rmtree(folder, True),
    lambda: os.setxattr(kept, "user.a", b"b"), lambda: os.open(kept, os.O_RDONLY | os.O_TRUNC),
    lambda: os.open(kept, os.O_PATH), lambda: os.mkfifo(folder + "/fifo"),
    lambda: os.chroot(folder), lambda: libc.creat(kept.encode(), 0o777),
    lambda: libc.mount(b"none", folder.encode(), b"tmpfs", 0, None),
    lambda: libc.syscall(442, -100, b"/", 0, bytes(32), 32),
    lambda: libc.umount2(b"/", 2), lambda: libc.unshare(0x10000000),
]
for way in ways:
    try:
        way()
    except OSError:
        pass
print("tried")
"""
    assert sandbox.run(program, level=level).stdout == "tried\n"
    after = kept.stat()
    assert kept.read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (before.st_mode, before.st_uid, before.st_mtime_ns) == (
        after.st_mode,
        after.st_uid,
        after.st_mtime_ns,
    )


def test_links_and_steps_upward_lead_nowhere(level: sandbox.Level, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    up = "../" * 20
    program = f"""
import os
for make in (os.symlink, os.link):
    for target in ({str(secret)!r}, {up + str(secret)!r}, "/"):
        try:
            make(target, "link")
            print(open("link" if target != "/" else "link" + {str(secret)!r}).read())
        except OSError:
            pass
        try:
            os.remove("link")
        except OSError:
            pass
os.chdir("/")
print(open({str(secret)[1:]!r}).read())
"""
    outcome = sandbox.run(program, level=level)
    assert outcome.stdout == ""
    assert outcome.status in ("refused", "failed")


def test_its_own_folder_is_empty_each_time() -> None:
    program = "import os, tempfile; print(os.listdir()); open('left', 'w').write('x')\n"
    program += "print(open('left').read(), tempfile.gettempdir())"
    for _ in range(2):
        outcome = sandbox.run(program, level=("namespaces", "landlock"))
        assert (outcome.status, outcome.stdout) == ("ok", "[]\nx /program\n")


@pytest.mark.parametrize(
    "program",
    [
        "with open('big', 'wb') as f:\n    while True: f.write(bytes(10**6))",
        "for n in range(10**5):\n    open(str(n), 'wb').write(bytes(10**5))",
        "for n in range(10**6):\n    open(str(n), 'wb').close()",
        "import os\nos.posix_fallocate(os.open('x', os.O_CREAT | os.O_RDWR), 0, 10**8)",
    ],
)
def test_the_disk_is_not_filled(level: sandbox.Level, program: str) -> None:
    outcome = sandbox.run(program, level=level)
    wanted = "out of disk" if "namespaces" in level else "refused"
    assert outcome.status == wanted, outcome.error
    assert outcome.seconds < 5


@pytest.fixture
def server() -> Iterator[tuple[int, list[bytes]]]:
    """A server on 127.0.0.1: its port, and what reached it."""
    reached: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    with listening.accept()[0] as one:
                        reached.append(one.recv(100))
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as own:
            own.sendall(b"own")
        yield port, reached
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


NETWORK = [
    "import socket; socket.create_connection(('127.0.0.1', PORT)).sendall(b'leak')",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT/leak')",
    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "import socket; socket.socket(socket.AF_INET6)",
    "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "import socket; socket.getaddrinfo('example.org', 80)",
    "import socket; socket.gethostbyname('localhost.example')",
    "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
]


def test_no_network(level: sandbox.Level, server: tuple[int, list[bytes]]) -> None:
    port, reached = server
    programs = [program.replace("PORT", str(port)) for program in NETWORK]
    for program, outcome in zip(programs, sandbox.run_many(programs, level=level), strict=True):
        assert outcome.status == "refused", (program, outcome.error)
    assert reached == [b"own"]


def test_no_unix_socket_by_path_or_name(level: sandbox.Level, tmp_path: Path) -> None:
    places = [str(tmp_path / "socket"), f"\0kgsynth-{os.getpid()}"]
    for place in places:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(place)
            listening.listen()
            outcome = sandbox.run(
                f"import socket; socket.socket(socket.AF_UNIX).connect({place!r})", level=level
            )
            assert outcome.status == "refused", outcome.error


PROCESSES = [
    "import os\nwhile True: os.fork()",
    "import subprocess; subprocess.run(['/bin/sh', '-c', 'id'])",
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'while 1: pass'])",
    "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])",
    "import os; os.posix_spawn('/bin/sh', ['sh'], {})",
    "import multiprocessing; multiprocessing.Process(target=print).start()",
    "import os; os.kill(os.getppid(), 9)",
    "import os; os.kill(-1, 9)",
    "import os; os.kill(PARENT, 15)",
    "import os; os.killpg(os.getpgid(0), 9)",
    "import os, signal; signal.pidfd_send_signal(os.pidfd_open(PARENT), 9)",
    "import resource; resource.prlimit(PARENT, resource.RLIMIT_CPU, (1, 1))",
    "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, PARENT)",
    "import os; os.setsid()",
    "import os; os.setuid(0)",
    "import os; os.memfd_create('x')",
    "import os; os.nice(-5)",
]


def test_no_process_and_no_signal(level: sandbox.Level) -> None:
    programs = [program.replace("PARENT", str(os.getpid())) for program in PROCESSES]
    for program, outcome in zip(programs, sandbox.run_many(programs, level=level), strict=True):
        assert (outcome.status, outcome.stdout) == ("refused", ""), (program, outcome)


def test_system_calls_of_its_own_get_nowhere(level: sandbox.Level) -> None:
    """Through ctypes: ptrace, memory of others, bpf, io_uring, keys, userfaultfd, clone3, vfork."""
    names = {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321,
        "io_uring_setup": 425, "add_key": 248, "keyctl": 250, "userfaultfd": 323,
        "perf_event_open": 298, "kexec_load": 246, "init_module": 175, "reboot": 169,
        "setns": 308, "open_by_handle_at": 304, "name_to_handle_at": 303, "shmget": 29,
        "msgget": 68, "vfork": 58, "fork": 57, "pidfd_getfd": 438, "memfd_secret": 447,
        "kcmp": 312, "personality": 135, "socket by x32": 0x40000029,
    }  # fmt: skip
    if os.uname().machine != "x86_64":
        names = {"bpf": 280, "io_uring_setup": 425, "ptrace": 117, "userfaultfd": 282}
    program = f"""
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
got = {{}}
for name, number in {names!r}.items():
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    got[name] = [result, ctypes.get_errno()]
got["clone3"] = [libc.syscall(435, bytes(88), 88), ctypes.get_errno()]
print(json.dumps(got))
"""
    got = json.loads(sandbox.run(program, level=level).stdout)
    assert got.pop("clone3") == [-1, 38]
    assert got == {name: [-1, 1] for name in names}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="has no second door")
def test_the_door_of_the_old_architecture_is_shut(level: sandbox.Level) -> None:
    """`int 0x80` would ask for system calls by other numbers."""
    program = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print("through")
"""
    outcome = sandbox.run(program, level=level)
    assert (outcome.status, outcome.stdout) == ("refused", "")


def test_threads_are_few(level: sandbox.Level) -> None:
    program = """
import threading, time
threading.stack_size(32768)
count = 0
try:
    while count < 5000:
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
        count += 1
finally:
    print(count, flush=True)
"""
    outcome = sandbox.run(program, level=level)
    assert outcome.status == "refused", outcome.error
    # Nobody's threads are counted in each namespace by itself (Linux 5.14).
    assert int(outcome.stdout) == (sandbox.THREADS - 1 if "namespaces" in level else 0)


def test_memory_is_bounded() -> None:
    programs = [
        "x = bytearray(10**10)",
        "x = []\nwhile True: x.append(bytes(10**6))",
        "x = 'a' * 6 * 10**8; y = x + x",
        "x = list(range(10**9))",
        "import numpy; numpy.ones(10**10)",
    ]
    outcomes = list(sandbox.run_many(programs))
    assert {outcome.status for outcome in outcomes} == {"out of memory"}
    shared = sandbox.run("import mmap; mmap.mmap(-1, 2 * 10**9)")
    assert shared.error == "OSError: [Errno 12] Cannot allocate memory"
    assert sandbox.run("bytearray(2 * 10**8)", memory=10**8).status == "out of memory"


def test_time_is_bounded() -> None:
    programs = [
        "while True: pass",
        "9 ** 9 ** 9",
        "import time; print('at first', flush=True); time.sleep(100)",
        "import signal\nfor s in (14, 15, 24): signal.signal(s, 1)\nwhile True: pass",
        "import os, time; os.close(1); os.close(2); time.sleep(100)",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "import atexit, time; atexit.register(time.sleep, 100)",
    ]
    outcomes = list(sandbox.run_many(programs, seconds=1, workers=4))
    assert {outcome.status for outcome in outcomes} == {"timed out"}
    assert [outcome.stdout for outcome in outcomes] == ["", "", "at first\n", "", "", "", ""]
    assert all(0.9 < outcome.seconds < 6 for outcome in outcomes)


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_output_is_bounded(name: str) -> None:
    program = f"import sys\nwhile True: sys.{name}.write('a' * 1000)"
    outcome = sandbox.run(program, output=10_000)
    assert outcome.status == "too much output"
    assert len(outcome.stdout) <= 10_000
    assert len(outcome.stderr) <= sandbox.TAIL
    assert outcome.seconds < 3


def test_what_is_no_text_is_shown_as_such() -> None:
    program = r"import os; os.write(1, b'\xff\xfe'); print('\ud800'.encode('utf-8', 'replace'))"
    assert sandbox.run(program).stdout == "��b'?'\n"
    assert sandbox.run("print('\ud800')").stdout == "?\n"


def test_no_secrets(level: sandbox.Level, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the environment nor in a file that we hold open nor in the interpreter."""
    monkeypatch.setenv("NEO4J_PASSWORD", "hidden-word")
    with open(os.open(__file__, os.O_RDONLY), "rb") as held:
        os.set_inheritable(held.fileno(), True)
        program = """
import gc, os, sys
found = [f for f in range(3, 64) if os.path.exists(f"/proc/self/fd/{f}")]
for number in range(3, 64):
    try:
        os.fstat(number)
        found.append(number)
    except OSError:
        pass
print(found, sorted(os.environ))
print("hidden" + "-word" in repr([vars(m) for m in sys.modules.values()]) + repr(os.environ))
try:
    os.write(0, b"x")
except OSError:
    print("input is read only")
"""
        outcome = sandbox.run(program, level=level)
    environment = sorted(
        ["HOME", "LANG", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED",
         "PYTHONUTF8", "TMPDIR"]
    )  # fmt: skip
    assert outcome.stdout == f"[] {environment}\nFalse\ninput is read only\n"


def test_no_process_is_left() -> None:
    def ours() -> set[int]:
        found = set()
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and b"boot.py" in (folder / "cmdline").read_bytes():
                    found.add(int(folder.name))
            except OSError:
                pass
        return found

    before = ours()
    list(sandbox.run_many(["import time; time.sleep(60)", "1 / 0", "1"], seconds=1))
    assert ours() <= before


def test_a_program_ends_with_us(level: sandbox.Level) -> None:
    """Killed without a word, we leave none behind."""
    code = (
        "from kgsynth import sandbox\n"
        "sandbox.run('import os, time; os.write(2, b\"\"); time.sleep(300)', "
        f"seconds=100, level={level!r})"
    )
    ours = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    children = Path(f"/proc/{ours.pid}/task/{ours.pid}/children")
    deadline = time.monotonic() + 30
    while not (started := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    ours.kill()
    ours.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in started):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_many_run_side_by_side_and_in_order() -> None:
    programs = [f"import time; time.sleep({0.3 if n % 2 else 0}); print({n})" for n in range(8)]
    outcomes = list(sandbox.run_many(iter(programs), workers=4))
    assert [outcome.stdout for outcome in outcomes] == [f"{n}\n" for n in range(8)]
    assert list(sandbox.run_many([])) == []


def test_the_same_program_prints_the_same() -> None:
    program = "print({str(n) for n in range(50)}, hash('a'))"
    assert sandbox.run(program).stdout == sandbox.run(program).stdout


def test_without_a_sandbox_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda level: "reads files")
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a))
    for ask in (lambda: sandbox.run("print(1)"), lambda: list(sandbox.run_many(["print(1)"]))):
        with pytest.raises(KgsynthError, match=r"No sandbox can be had.*reads files.*Landlock"):
            ask()
    assert not started


def test_a_sandbox_that_does_not_confine_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layer taken away shows: what counts is what is open, not what was asked for."""
    sandbox.probe.cache_clear()
    open_to_all = struct.pack("HBBI", 6, 0, 0, 0x7FFF0000)
    with monkeypatch.context() as patch:
        patch.setattr(seccomp, "build", lambda *, threads: open_to_all)
        found = sandbox.probe(("namespaces",))
    sandbox.probe.cache_clear()
    assert "opens sockets" in found
    assert "starts processes" in found
    assert "reads files" not in found
    found = sandbox.probe(())
    sandbox.probe.cache_clear()
    assert found.startswith("reads files, lists folders, writes files")


@pytest.mark.parametrize(
    ("header", "column", "prefix"),
    [
        ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", 0, "__NR_"),
        ("/usr/include/asm-generic/unistd.h", 1, "__NR_|__NR3264_"),
    ],
)
def test_numbers_of_system_calls(header: str, column: int, prefix: str) -> None:
    """Against the kernel's own headers, where they are installed; for all, none twice."""
    ours = {name: numbers[column] for name, *numbers in seccomp.CALLS}
    known = [number for number in ours.values() if number != "-"]
    assert len(known) == len(set(known)) > 90
    if Path(header).exists():
        text = Path(header).read_text()
        defined = dict(re.findall(rf"#define (?:{prefix})(\w+)\s+(\d+)\s", text))
        defined.setdefault("newfstatat", defined.get("fstatat", "-"))
        assert ours == {name: defined.get(name, "-") for name in ours}
