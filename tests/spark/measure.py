"""Measures a report inside Spark against one process: time, CPU time, memory, bytes shuffled. Called by tests/spark/run --measure."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
# Between two looks at the processes. What a process does after the last look is not seen.
PAUSE = 0.1


def processes():
    """The living processes: parent, beginning, name, own CPU time and that of children that have ended, resident bytes."""
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            text = pathlib.Path(entry.path, "stat").read_text()
        except OSError:
            continue
        name = text[text.index("(") + 1 : text.rindex(")")]
        rest = text[text.rindex(")") + 2 :].split()
        own, ended = sum(map(int, rest[11:13])), sum(map(int, rest[13:15]))
        found[int(entry.name)] = (int(rest[1]), rest[19], name, own / TICKS, ended / TICKS, int(rest[21]) * PAGE)
    return found


class Sampler(threading.Thread):
    """Adds up the CPU time of a command, and of the workers' executors, and finds the most memory that they took."""

    def __init__(self, command, workers):
        super().__init__(daemon=True)
        self.command, self.workers, self.over = command, workers, threading.Event()
        self.last, self.first, self.most = {}, {}, collections.Counter()
        self.look(self.first)

    def look(self, into):
        living, memory = processes(), collections.Counter()
        for pid, (parent, begun, name, own, ended, resident) in living.items():
            line = [pid]
            while line[-1] in living and len(line) < 64:
                line.append(living[line[-1]][0])
            if self.command in line:
                where = "here"
            elif self.workers & set(line):
                where = "executors"
            else:
                continue
            kind = "Python" if name.startswith("python") else "JVM" if name == "java" else "dialogram"
            into[pid, begun, where, kind] = own
            memory[where, kind] += resident
            memory[where, "all"] += resident
            largest = (where, f"the largest {kind}")
            memory[largest] = max(memory[largest], resident)
            # The stages are children of Python's workers, which wait for each of them. The workers' parent is Python as well.
            is_worker = where == "executors" and kind == "Python" and living.get(parent, (0, "", ""))[2].startswith("python")
            if is_worker:
                into[pid, begun, where, "dialogram, ended"] = ended
        for key, value in memory.items():
            self.most[key] = max(self.most[key], value)

    def run(self):
        while not self.over.wait(PAUSE):
            self.look(self.last)

    def seconds(self):
        """CPU seconds by place and kind. Stages that ended are counted by their parents."""
        sums = collections.Counter()
        for key, value in self.last.items():
            where, kind = key[2:]
            if (where, kind) != ("executors", "dialogram"):
                sums[where, kind.split(",")[0]] += value - self.first.get(key, 0)
        return sums


def shuffled(folder):
    """Sums over all tasks of an application, from Spark's event log."""
    sums = collections.Counter()
    for path in sorted(pathlib.Path(folder).rglob("*")):
        # Beside the events lies an empty file that tells the state of the application.
        if not path.is_file() or path.name.startswith((".", "appstatus")):
            continue
        for line in path.open():
            event = json.loads(line)
            if event["Event"] != "SparkListenerTaskEnd":
                continue
            metrics = event.get("Task Metrics")
            assert metrics and event["Task End Reason"]["Reason"] == "Success", event["Task End Reason"]
            sums["tasks"] += 1
            sums["shuffled"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            sums["rows"] += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
            sums["spilled"] += metrics["Disk Bytes Spilled"]
            sums["returned"] += metrics["Result Size"]
            sums["jvm"] += metrics["Executor CPU Time"] / 1e9
    assert sums["tasks"], f"no event log in {folder}"
    return sums


def own_report(command):
    """A report by one process: its bytes, wall and CPU seconds, and most bytes in memory. The best of three runs."""
    best = None
    for _ in range(3):
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        report = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, process.returncode
        if best is None or wall < best[1]:
            best = report, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    return best


def main():
    parser = argparse.ArgumentParser()
    for name in ["--binary", "--master", "--logs"]:
        parser.add_argument(name, required=True)
    parser.add_argument("--workers", required=True, help="process ids")
    parser.add_argument("--conf", action="append", default=[], help="a setting of Spark")
    parser.add_argument("--collect", action="append", default=[], choices=["facts", "values"])
    args = parser.parse_args()
    report = [args.binary, "report", args.logs, "--to", "log-end", "--days", "30", "--max-rejects", "100%", "-q", "--format", "json"]
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    expected, wall, cpu, most = own_report(report)
    events = json.loads(expected)["input"]["accepted"]
    print(f"one process: wall {wall:.1f} s, CPU {cpu:.1f} s, {most / 1e6:.0f} MB, {events} events", flush=True)
    for collect in args.collect or ["facts", "values"]:
        with tempfile.TemporaryDirectory() as event_log:
            conf = [f"spark.eventLog.dir=file://{event_log}", "spark.eventLog.enabled=true", "spark.eventLog.compress=false"]
            conf += ["spark.driver.host=127.0.0.1", "spark.ui.enabled=false", *args.conf]
            engine = ["--engine", "spark", "--master", args.master, "--python", sys.executable, "--collect", collect]
            engine += [text for one in conf for text in ("--spark-conf", one)]
            begin = time.monotonic()
            command = subprocess.Popen(report + engine, stdout=subprocess.PIPE)
            sampler = Sampler(command.pid, {int(pid) for pid in args.workers.split(",")})
            sampler.start()
            found, _ = command.communicate()
            wall = time.monotonic() - begin
            sampler.over.set()
            sampler.join()
            assert command.returncode == 0, command.returncode
            assert found == expected, f"{collect}: the reports differ"
            seconds, sums = sampler.seconds(), shuffled(event_log)
        parts = ", ".join(f"{kind} {where} {value:.1f}" for (where, kind), value in sorted(seconds.items()))
        print(f"{collect}: same; load {os.getloadavg()[0]:.1f}; wall {wall:.1f} s, CPU {sum(seconds.values()):.1f} s ({parts})")
        peaks = ", ".join(f"{kind} {where} {value / 1e6:.0f}" for (where, kind), value in sorted(sampler.most.items()))
        print(f"{collect}: most resident MB: {peaks}")
        sizes = ", ".join(f"{name} {sums[name]:.0f}" for name in ["tasks", "shuffled", "rows", "spilled", "returned", "jvm"])
        print(f"{collect}: {sizes}; {sums['shuffled'] / events:.1f} bytes an event", flush=True)


main()
