"""What a process that tries an answer cannot do: time, memory, files, other programs, the network.

Three fences, one behind the other. They end with the process, and none asks for rights that a teacher lacks.

1. Everywhere: Python itself reports what code is about to do (`sys.addaudithook`), and `forbid` refuses it. Code in C, such
   as TensorFlow's own functions for files, reports nothing.
2. Linux and macOS: the system's limits on processor time, memory and the size of a file (`resource`).
3. Linux: the kernel refuses other programs and processes, sockets and signals to others (seccomp), and every change to files
   outside of one folder (Landlock, since Linux 5.13), whoever asks for it, C code included.

What an answer may do is *read*, and compute until its time is up.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

MEMORY = 2 << 30  # bytes beyond what the process holds when it begins
FILE_SIZE = 50 << 20  # bytes
_PROGRAMS = "another program"
_DEEDS = {  # Python's events, and what their author wanted to do; `open` has a rule of its own
    **dict.fromkeys(("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system"), _PROGRAMS),
    **dict.fromkeys(("subprocess.Popen", "pty.spawn", "os.startfile", "webbrowser.open"), _PROGRAMS),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "a signal to a process"),
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.__new__"), "the network"),
    **dict.fromkeys(("ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function"), "code outside of Python"),
}  # fmt: skip
_ON_FILES = {  # events whose arguments begin with that many paths, each of which would change
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.truncate", "shutil.rmtree"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink", "shutil.move"), 2),
}


class Refused(BaseException):
    """An answer tried what no answer may; no `except Exception` hides it."""


deeds: list[str] = []  # what was refused, in case the answer hides that, too
_ours = False


@contextlib.contextmanager
def unrecorded() -> Iterator[None]:
    """For the course's own cells: what is refused there is an ordinary PermissionError, and no deed of the answer's."""
    global _ours
    _ours = True
    try:
        yield
    finally:
        _ours = False


def forbid(folder: Path) -> None:
    """From now on, refuse this process to start programs, to use the network, and to change files outside of `folder`."""
    inside = str(folder.resolve())

    def may_change(path: object) -> bool:
        if isinstance(path, int):
            return True  # a file that is open already
        named = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        return named == os.devnull or os.path.realpath(named).startswith(inside)

    def refuse(deed: str) -> None:
        if _ours:
            raise PermissionError(deed)
        deeds.append(deed)
        raise Refused(deed)

    def hook(event: str, values: tuple) -> None:
        if event in _DEEDS:
            refuse(_DEEDS[event])
        elif event == "open" and _writes(values) and not may_change(values[0]):
            refuse(f"writing {values[0]!r}"[:80])
        elif event in _ON_FILES and not all(map(may_change, values[: _ON_FILES[event]])):
            refuse(f"{event} {values[0]!r}"[:80])

    sys.addaudithook(hook)


def _writes(values: tuple) -> bool:
    _, mode, flags = (*values, None, None)[:3]
    if isinstance(mode, str):
        return not set("wax+").isdisjoint(mode)
    return bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))


def limit(seconds: int) -> None:
    """Give this process so much processor time, and the memory and size of files above, where the system can."""
    with contextlib.suppress(ImportError):  # Windows has none: there only the time is watched, from outside
        import resource

        seconds += int(time.process_time()) + 1  # where it is no copy, loading took some
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))


# --- Linux: what the kernel refuses. The numbers are its interface, which does not change -----------------------------

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # seccomp's machine: 32 bits wide, forward jumps only
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # the errors EPERM, and ENOSYS: "no such call"
_ARCHITECTURES = {  # audit's name, then the numbers of clone, clone3 and of the calls that are refused whatever is asked
    "x86_64": (0xC000003E, 56, 435, {"fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "socket": 41, "socketpair": 53, "ptrace": 101, "kill": 62, "tkill": 200, "setsid": 112, "setpgid": 109, "pidfd_send_signal": 424, "process_vm_writev": 311, "io_uring_setup": 425, "unshare": 272, "mount": 165}),
    "aarch64": (0xC00000B7, 220, 435, {"execve": 221, "execveat": 281, "socket": 198, "socketpair": 199, "ptrace": 117, "kill": 129, "tkill": 130, "setsid": 157, "setpgid": 154, "pidfd_send_signal": 424, "process_vm_writev": 271, "io_uring_setup": 425, "unshare": 97, "mount": 40}),
}  # fmt: skip
_CLONE_THREAD = 0x00010000
_LANDLOCK = (444, 445, 446)  # create a ruleset, add a rule, restrict oneself
_CHANGES = 0x1FF2  # write, remove, make, of every kind; reading and running are not handled
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since its second and third version


def seal(folder: Path) -> list[str]:
    """Have the kernel refuse what `forbid` refuses, for good; the fences that stand: of "seccomp" and "landlock", [] elsewhere."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return []
    fences = {"landlock": _fence_files(libc, folder), "seccomp": _fence_calls(libc)}
    return [name for name, stands in fences.items() if stands]


def _fence_files(libc: ctypes.CDLL, folder: Path) -> bool:
    create, add, restrict = _LANDLOCK
    version = libc.syscall(create, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    changes = _CHANGES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rules = libc.syscall(create, struct.pack("=Q", changes), ctypes.c_size_t(8), 0)
    for path, allowed in ((folder, changes), (Path(os.devnull), changes & 0x4002)):
        beneath = os.open(path, os.O_PATH)
        libc.syscall(add, rules, 1, struct.pack("=Qi", allowed, beneath), 0)
        os.close(beneath)
    done = libc.syscall(restrict, rules, 0) == 0
    os.close(rules)
    return done


def _fence_calls(libc: ctypes.CDLL) -> bool:
    name, clone, clone3, refused = _ARCHITECTURES[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, name), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _UNKNOWN)]  # its flags cannot be seen: C then takes `clone`
    for number in refused.values():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    filtered = Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    return libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filtered), 0, 0) == 0
