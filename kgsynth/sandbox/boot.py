"""The inside of the sandbox: a script that confines its own process, then runs one program.

Started by `kgsynth.sandbox` in a bare interpreter, so it uses the standard library only. The
settings are its argument; the program, then the program's own input, are its standard input. A byte
on standard output says that the process is confined; before it nothing of the program is run.

Layers (Linux): namespaces give it a network, a tree of files and process limits of its own
(namespaces(7), pivot_root(2)); Landlock takes all files from it but those it is given
(landlock(7)); seccomp leaves it the system calls of an ordinary program (seccomp(2)); rlimits bound
the rest (setrlimit(2)).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import struct
import sys
import types

TYPE_CHECKING = False  # importing typing would take longer than all that is done here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any

READY = b"\x06"
FOLDER = "/program"  # its own throwaway folder, in memory, where there are namespaces
NOBODY = 65534
# clone flags: files, names of hosts, ipc, users, network
NEW_FILES, NEW_NAMESPACES = 0x00020000, 0x04000000 | 0x08000000 | 0x10000000 | 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXECUTE = 1, 2, 4, 8
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
DETACH = 2
MOUNT_SETATTR, AT_RECURSIVE = 442, 0x8000
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PIVOT_ROOT, CAPSET = {"x86_64": (155, 126), "aarch64": (41, 91)}[os.uname().machine]
# Landlock: read files and list folders; write, remove and make files, folders and symbolic links.
READ_FILE, LIST, WRITE_FILE, TRUNCATE = 1 << 2, 1 << 3, 1 << 1, 1 << 14
CHANGE = WRITE_FILE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 13 | TRUNCATE
DEATH_SIGNAL, SECCOMP, NO_NEW_PRIVILEGES, FILTER = 1, 22, 38, 2

libc = ctypes.CDLL(None, use_errno=True)


def call(function: str, *arguments: Any) -> int:
    """A function of the C library; raises OSError where it fails."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = getattr(libc, function)(*words)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{function}: {os.strerror(error)}")
    return result


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mounts (mount(2))."""
    words = [word.encode("utf-8", "surrogateescape") for word in (source, target, kind)]
    call("mount", *words, flags, options.encode())


def seal(path: str, flags: int, reach: int = AT_RECURSIVE) -> None:
    """Adds flags to the mounts of a path; those it had stay (mount_setattr(2), Linux 5.12)."""
    attributes = struct.pack("4Q", flags, 0, 0, 0)
    call("syscall", MOUNT_SETATTR, -1, os.fsencode(path), reach, attributes, len(attributes))


def write(path: str, text: str) -> None:
    """Writes to a file of procfs."""
    with open(path, "w") as file:
        file.write(text)


def separate() -> None:
    """New namespaces. Root becomes nobody outside too, so a child left outside maps the users."""
    user, group = os.geteuid(), os.getegid()
    if user:
        call("unshare", NEW_FILES | NEW_NAMESPACES)
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{NOBODY} {user} 1")
        write("/proc/self/gid_map", f"{NOBODY} {group} 1")
        return
    parent = os.getpid()
    wake, ready = os.pipe()
    helper = os.fork()
    if not helper:
        os.close(ready)
        done = False
        try:
            if os.read(wake, 1):
                for kind in ("uid_map", "gid_map"):
                    write(f"/proc/{parent}/{kind}", f"0 0 1\n{NOBODY} {NOBODY} 1")
                done = True
        finally:
            os._exit(not done)
    call("unshare", NEW_FILES | NEW_NAMESPACES)
    os.write(ready, b"1")
    os.close(wake)
    os.close(ready)
    if os.waitpid(helper, 0)[1]:
        raise OSError("users cannot be mapped")


def own_tree(readable: Sequence[str], size: int) -> None:
    """A root of its own with the readable paths, /dev/null and an empty folder, nothing else."""
    mount("none", "/", flags=RECURSIVE | PRIVATE)
    mount("none", "/tmp", "tmpfs", NO_SETUID | NO_DEVICES, "size=1m,mode=755")
    os.mkdir("/tmp/old")
    call("syscall", PIVOT_ROOT, b"/tmp", b"/tmp/old")
    os.chdir("/")
    for path in [*readable, "/dev/null"]:
        source = f"/old{path}"
        if os.path.isdir(source):
            os.makedirs(path, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT))
        mount(source, path, flags=BIND | RECURSIVE)
        seal(path, NO_SETUID if path == "/dev/null" else READ_ONLY | NO_SETUID | NO_DEVICES)
    os.mkdir(FOLDER)
    flags = NO_SETUID | NO_DEVICES | NO_EXECUTE
    mount("none", FOLDER, "tmpfs", flags, f"size={size},nr_inodes=1k,mode=700,uid={NOBODY}")
    call("umount2", b"/old", DETACH)
    os.rmdir("/old")
    seal("/", READ_ONLY, reach=0)
    os.chdir(FOLDER)


def landlock(readable: Sequence[str], writable: Sequence[str]) -> int:
    """Takes every file from the process but these, and TCP and outside signals where it can."""
    abi = call("syscall", CREATE_RULESET, None, 0, 1)
    known = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    parts = 1 if abi < 4 else 2 if abi < 6 else 3
    attributes = struct.pack("3Q", known, 3, 3)[: 8 * parts]
    rules = call("syscall", CREATE_RULESET, attributes, len(attributes), 0)
    allowed = [(path, READ_FILE | LIST) for path in readable]
    allowed += [(path, READ_FILE | LIST | CHANGE) for path in writable]
    for path, rights in allowed:
        place = os.open(path, os.O_PATH)
        if not os.path.isdir(path):
            rights &= READ_FILE | WRITE_FILE | TRUNCATE
        call("syscall", ADD_RULE, rules, 1, struct.pack("=Qi", rights & known, place), 0)
        os.close(place)
    call("syscall", RESTRICT_SELF, rules, 0)
    os.close(rules)
    return abi


def drop_privileges(namespaces: bool) -> None:
    """No capability, no way to get one; nobody where root can be left."""
    if namespaces and os.geteuid() != NOBODY:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    call("syscall", CAPSET, struct.pack("Ii", 0x20080522, 0), struct.pack("6I", *[0] * 6))
    call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def limit(settings: dict[str, Any], namespaces: bool) -> None:
    """Bounds time, memory, files; threads too, where the user is one of its own."""
    seconds = settings["seconds"]
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: settings["memory"],
        resource.RLIMIT_FSIZE: settings["disk"],
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if namespaces:
        limits[resource.RLIMIT_NPROC] = settings["threads"]
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


def filter_calls(code: bytes) -> None:
    """Applies a seccomp filter."""
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(held))
    call("prctl", SECCOMP, FILTER, ctypes.create_string_buffer(program, len(program)))


def confine(settings: dict[str, Any]) -> None:
    """All layers that the settings ask for. Raises OSError where one cannot be had."""
    parent = os.getppid()
    namespaces, locked = "namespaces" in settings["layers"], "landlock" in settings["layers"]
    readable, writable = settings["readable"], ["/dev/null"]
    if namespaces:
        separate()
        own_tree(readable, settings["disk"])
        writable.append(FOLDER)
    drop_privileges(namespaces)
    # Before version 3 Landlock lets files be cut off, so that it cannot stand alone.
    if locked and landlock(readable, writable) < 3 and not namespaces:
        raise OSError("Landlock of this kernel is too old")
    call("prctl", DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("whoever asked is gone")
    limit(settings, namespaces)
    filter_calls(bytes.fromhex(settings["filter"]))


def offer(libraries: dict[str, str]) -> None:
    """Lets the program import these packages, and no others that stand beside them."""

    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if (folder := libraries.get(name)) is None:
            return None
        from importlib.util import spec_from_file_location

        start = os.path.join(folder, "__init__.py")
        return spec_from_file_location(name, start, submodule_search_locations=[folder])

    sys.meta_path.append(types.SimpleNamespace(find_spec=find_spec))


def main() -> None:
    """Reads the program, confines the process, runs the program as `__main__`."""
    settings = json.loads(sys.argv[1])
    source = b""
    while len(source) < settings["length"]:
        source += os.read(0, settings["length"] - len(source))
    confine(settings)
    offer(settings["libraries"])
    sys.argv = ["program.py"]
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    os.write(1, READY)
    exec(compile(source, "program.py", "exec"), module.__dict__)


if __name__ == "__main__":
    main()
