"""Whole processes, timed in turn, and what they ran on."""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]

# Linux counts the peak of resident memory in KiB, macOS in bytes.
BYTES_PER_MAXRSS = 1 if sys.platform == "darwin" else 1024


class Failed(Exception):
    """A program did not end with 0."""


@dataclass(frozen=True)
class Sample:
    """One process from start to end. `memory` is never less than this script's own, about 20 MB: a limit of wait4."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Pair:
    """Two programs, as many samples each, taken in turn."""

    ours: list[Sample]
    theirs: list[Sample]

    def ratios(self) -> list[float]:
        """Their wall time over ours, round by round: what slows one round down slows both sides of it."""
        return [theirs.wall / ours.wall for ours, theirs in zip(self.ours, self.theirs, strict=True)]


def run(command: Command, output: Path) -> Sample:
    """Runs a program with its standard output in a file."""
    with output.open("wb") as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            err.seek(0)
            said = err.read().decode(errors="replace").strip()
            raise Failed(f"exit code {process.returncode}: {' '.join(map(str, command))}\n{said}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * BYTES_PER_MAXRSS)


def in_turn(ours: Command, theirs: Command, rounds: int, work: Path) -> Pair:
    """A B A B: a slow minute of the machine meets both."""
    pair = Pair([], [])
    for _ in range(rounds):
        pair.ours.append(run(ours, work / "ours.out"))
        pair.theirs.append(run(theirs, work / "theirs.out"))
    return pair


def warm(path: Path) -> None:
    """Reads a file once, so that it is in the page cache as far as it fits."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


def median(samples: Sequence[Sample], field: str) -> float:
    return statistics.median(getattr(sample, field) for sample in samples)


def first_line(command: Command) -> str:
    """What a program says of its version; a word where it is not there."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "not found"
    return done.stdout.strip().split("\n")[0]


def processor() -> str:
    """The model by name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """Those that this process, and so its children, may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
