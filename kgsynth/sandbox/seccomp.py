"""The system calls of an ordinary program, as a filter for the kernel (seccomp(2), classic BPF).

What is not listed is refused: sockets, processes, signals to others, mounts, tracing, owners and
rights of files, shared memory, io_uring and all that is yet to come.
"""

import errno
import platform
import socket
import struct

# Numbers on x86_64 and aarch64 (Linux: asm/unistd_64.h and asm-generic/unistd.h; - is none).
_CALLS = """
read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, close 3 57,
close_range 436 436, fstat 5 80, stat 4 -, lstat 6 -, newfstatat 262 79, statx 332 291, lseek 8 62,
access 21 -, faccessat 269 48, faccessat2 439 439, open 2 -, openat 257 56, openat2 437 437,
getdents64 217 61, getcwd 79 17, chdir 80 49, fchdir 81 50, readlink 89 -, readlinkat 267 78,
dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, umask 95 166, mkdir 83 -,
mkdirat 258 34, unlink 87 -, unlinkat 263 35, rmdir 84 -, rename 82 -, renameat 264 38,
renameat2 316 276, symlink 88 -, symlinkat 266 36, link 86 -, linkat 265 37, ftruncate 77 46,
fsync 74 82, fdatasync 75 83, fallocate 285 47, fadvise64 221 223, flock 73 32, statfs 137 43,
fstatfs 138 44, sendfile 40 71, copy_file_range 326 285,
mmap 9 222, mprotect 10 226, munmap 11 215, mremap 25 216, madvise 28 233, brk 12 214,
rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136,
rt_sigtimedwait 128 137, rt_sigsuspend 130 133, sigaltstack 131 132, restart_syscall 219 128,
setitimer 38 103, getitimer 36 102, alarm 37 -, pause 34 -,
getpid 39 172, gettid 186 178, getppid 110 173, getuid 102 174, geteuid 107 175, getgid 104 176,
getegid 108 177, getgroups 115 158, getpgrp 111 -, getpgid 121 155, getsid 124 156,
getpriority 140 141, getrlimit 97 163, getrusage 98 165, times 100 153, uname 63 160,
sysinfo 99 179, getcpu 309 168, getrandom 318 278,
futex 202 98, set_robust_list 273 99, get_robust_list 274 100, rseq 334 293,
set_tid_address 218 96, arch_prctl 158 -, membarrier 324 283, sched_yield 24 124,
sched_getaffinity 204 123, exit 60 93, exit_group 231 94,
clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
gettimeofday 96 169, time 201 -,
select 23 -, pselect6 270 72, poll 7 -, ppoll 271 73, epoll_create 213 -, epoll_create1 291 20,
epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19,
sendto 44 206, recvfrom 45 207, sendmsg 46 211, recvmsg 47 212, shutdown 48 210,
getsockname 51 204, getpeername 52 205, getsockopt 55 209,
clone 56 220, clone3 435 435, ioctl 16 29, fcntl 72 25, prlimit64 302 261, socketpair 53 199
"""
_ARCHITECTURES = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}  # column, audit number
CALLS = [line.split() for line in _CALLS.replace("\n", " ").split(",")]

_THREAD, _NAMESPACES, _ALL = 0x00010000, 0x7E020000, 0xFFFFFFFF
_FIONBIO, _FIOCLEX = 0x5421, 0x5451
Condition = tuple[int, int, int]  # argument & mask == value
# Allowed where all conditions of one line hold, and otherwise refused with that error.
CONDITIONS: dict[str, tuple[int, list[list[Condition]]]] = {
    # Threads, no processes; of clone3 the flags cannot be read: the C library takes clone then.
    "clone": (errno.EPERM, [[(0, _THREAD | _NAMESPACES, _THREAD)]]),
    "clone3": (errno.ENOSYS, []),
    "ioctl": (errno.ENOTTY, [[(1, _ALL, _FIONBIO)], [(1, _ALL, _FIOCLEX)]]),
    # Duplicates, flags and locks; not the owner, whom a signal would be sent to.
    "fcntl": (errno.EPERM, [[(1, _ALL, kind)] for kind in (0, 1, 2, 3, 4, 5, 6, 7, 1030)]),
    "prlimit64": (errno.EPERM, [[(0, _ALL, 0)]]),
    # A pair of streams (asyncio needs one): it reaches nobody else, as datagrams would.
    "socketpair": (errno.EPERM, [[(0, _ALL, socket.AF_UNIX), (1, 0xF, socket.SOCK_STREAM)]]),
}

_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def supported() -> bool:
    """Whether the numbers of this machine's system calls are known."""
    return platform.machine() in _ARCHITECTURES


def build(*, threads: bool) -> bytes:
    """The filter for this machine, with or without new threads.

    Ends the process where a call comes from another architecture's door (seccomp(2), "Caveats").
    """
    column, audit = _ARCHITECTURES[platform.machine()]
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    for name, *numbers in CALLS:
        if (number := numbers[column - 1]) == "-":
            continue
        body = [(_RETURN, 0, 0, _ALLOW)]
        if name in CONDITIONS:
            error, choices = CONDITIONS[name]
            body = [] if name == "clone" and not threads else [*_any(choices)]
            body.append((_RETURN, 0, 0, _ERROR | error))
        code += [(_EQUAL, 0, len(body), int(number)), *body]
    code.append((_RETURN, 0, 0, _ERROR | errno.EPERM))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _any(choices: list[list[Condition]]) -> list[tuple[int, int, int, int]]:
    code: list[tuple[int, int, int, int]] = []
    for choice in choices:
        left = 3 * len(choice) + 1
        for argument, mask, value in choice:
            left -= 3
            code += [
                (_LOAD, 0, 0, 16 + 8 * argument),
                (_AND, 0, 0, mask),
                (_EQUAL, 0, left, value),
            ]
        code.append((_RETURN, 0, 0, _ALLOW))
    return code
