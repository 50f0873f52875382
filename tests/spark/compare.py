"""Compares facts and reports that were made inside Spark with those of one process, byte for byte. Called by tests/spark/run."""

import argparse
import concurrent.futures
import gzip
import importlib.util
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import logs

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Number of logs compared at the same time.
AT_ONCE = 4


# Seconds that one command may take, also on a busy machine.
LONGEST = 600


def output_of(*command, **environment):
    environment = {**os.environ, **environment}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LONGEST, env=environment)
    return done.returncode, done.stdout, done.stderr.decode()


def printed(*command):
    code, out, errors = output_of(*command)
    assert code == 0, (command, code, errors)
    return out


class Compare:
    def __init__(self, args):
        self.args = args
        driver = pathlib.Path(args.work, "driver.py")
        driver.write_bytes(printed(args.binary, "recipe", "spark"))
        spec = importlib.util.spec_from_file_location("driver", driver)
        self.driver_path = driver
        self.driver = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.driver)
        # Functions of a module are sent by name, but executors do not have the module.
        from pyspark import cloudpickle

        sys.modules["driver"] = self.driver
        cloudpickle.register_pickle_by_value(self.driver)
        help_text = printed(args.binary, "fold", "--help").decode()
        self.log_flags = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", help_text, re.M)) - {"--output"}
        self.spark = None
        self.compared = 0

    def own(self):
        where = ["--master", self.args.master] if self.args.master else ["--remote", self.args.remote]
        conf = ["spark.executor.memory=512m", "spark.ui.enabled=false", "spark.driver.host=127.0.0.1"]
        conf.append(f"spark.sql.warehouse.dir=file://{self.args.work}/warehouse")
        conf = [text for one in conf for text in ("--conf", one)] if self.args.master else []
        conf += [text for one in self.args.conf for text in ("--conf", one)]
        on_nodes = ["--on-nodes", self.args.binary] if self.args.on_nodes else []
        return ["--binary", self.args.binary, *where, *conf, *on_nodes, "--partitions", "4"]

    def facts_inside(self, facts, log, *more):
        args = self.driver.arguments([*self.own(), *more, "--facts", str(facts), "--", *log])
        self.begin(args)
        self.driver.run(args, self.spark)

    def begin(self, args):
        if self.spark is None:
            self.spark = self.driver.session(args)

    def split(self, args):
        """The flags of a report by whether a fold has them, too."""
        of_log, of_report, at = [], [], 0
        while at < len(args):
            end = at + 1
            while end < len(args) and not args[end].startswith("--"):
                end += 1
            (of_log if args[at].split("=")[0] in self.log_flags else of_report).extend(args[at:end])
            at = end
        return of_log, of_report

    def same(self, place, files, args, *more):
        """Compares one log; `args` are those of a report, `more` those of the driver."""
        of_log, of_report = self.split(args)
        with tempfile.TemporaryDirectory() as folder:
            one, inside = pathlib.Path(folder, "one"), pathlib.Path(folder, "inside")
            printed(self.args.binary, "fold", *files, *of_log, "-o", str(one))
            self.facts_inside(inside, [*files, *of_log], *more)
            self.equal_folders(place, one, inside)
            # An attribute that only a filter names is not a column of the facts.
            for form in ["json", "csv"] if "--where" not in args else []:
                end = ["--format", form, "-q"]
                expected = output_of(self.args.binary, "report", *files, *args, *end)
                reading = [text for name in ["--tz", "--now"] if name in args for text in (name, args[args.index(name) + 1])]
                of_facts = [*of_report, *[text for text in reading if text not in of_report]]
                for at, text in enumerate(args):
                    if text == "--service-level":
                        of_facts.extend(args[at : at + 2])
                # Flags and profiles name attributes; for a folder of facts they must be requested by name.
                for name in json.loads((inside / "facts.json").read_text())["run"].get("attributes", []):
                    of_facts.extend(["--attribute", name])
                found = output_of(self.args.binary, "report", str(inside), *of_facts, *end)
                assert found[:2] == expected[:2], f"{place}: {form} differs: {found[2]} {expected[2]}"
        self.compared += 1
        print(f"same: {place}", flush=True)

    def same_values(self, place, files, args, *more):
        """Compares the report of values that Spark has counted."""
        with tempfile.TemporaryDirectory() as folder:
            plan, inside = pathlib.Path(folder, "plan.json"), pathlib.Path(folder, "inside")
            plan.write_bytes(printed(self.args.binary, "report", *files, *args, "--plan"))
            own = self.driver.arguments([*self.own(), *more, "--facts", str(inside), "--plan", str(plan)])
            self.begin(own)
            self.driver.run(own, self.spark)
            _, of_report = self.split(args)
            for form in ["json", "csv"]:
                end = ["--format", form, "-q"]
                expected = output_of(self.args.binary, "report", *files, *args, *end)
                found = output_of(self.args.binary, "report", str(inside), *of_report, *end)
                assert found[:2] == expected[:2], f"{place}: {form} of values differs: {found[2]} {expected[2]}"
        self.compared += 1
        print(f"same: {place}, values", flush=True)

    def equal_folders(self, place, one, inside):
        names = sorted(path.name for path in one.iterdir())
        assert names == sorted(path.name for path in inside.iterdir()), place
        for name in names:
            assert (one / name).read_bytes() == (inside / name).read_bytes(), f"{place}: {name} differs"

    def fixtures(self, names=()):
        logs_of_fixtures = []
        for folder in [ROOT / "fixtures", ROOT / "fixtures/cases", ROOT / "fixtures/profiles"]:
            for fixture in sorted(folder.iterdir()):
                expected = fixture / "expected.json"
                if not expected.is_file() or names and fixture.name not in names:
                    continue
                seen = set()
                for run in json.loads(expected.read_text())["runs"]:
                    if run["command"] != "report" or "exit" in run["expect"]:
                        continue
                    args = [str(fixture / arg) if (fixture / arg).is_file() else arg for arg in run["args"]]
                    args += [] if "--max-rejects" in args else ["--max-rejects", "100%"]
                    files = [str(fixture / log) for log in run["logs"]]
                    key = (tuple(files), tuple(self.split(args)[0]))
                    # Reports that differ in their window alone have the same facts.
                    if key not in seen:
                        seen.add(key)
                        logs_of_fixtures.append((f"{fixture.name} {run['name']}", files, args))
        assert len(logs_of_fixtures) >= (3 if names else 40), len(logs_of_fixtures)
        self.at_once([(self.same, *one) for one in logs_of_fixtures])

    def some(self):
        self.fixtures(["week", "messy", "attributes"])

    def at_once(self, calls):
        """Some of the calls at the same time: one log is too little work for a cluster, which mostly waits for tasks to begin."""
        self.begin(self.driver.arguments([*self.own(), "--facts", "-", "--", "-"]))
        pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
        try:
            for compared in [pool.submit(*call) for call in calls]:
                compared.result()
        finally:
            # After a failure, what has not begun is left out.
            pool.shutdown(cancel_futures=True)

    def random(self):
        """Random logs, each by id and by inactivity: a fourth of them one file, the others rows in any order over 8 files."""
        calls = []
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(self.args.count):
                own = pathlib.Path(folder, str(seed))
                own.mkdir()
                files = logs.write(own, seed, conversations=150, files=1 if seed % 4 == 1 else 8)
                random.Random(seed).shuffle(files)
                for number, sessions in enumerate(["id", "inactivity"]):
                    args = ["--sessions", sessions, "--to", "log-end", "--days", "3", "--max-rejects", "100%"]
                    partitions = ["1", "2", "16"][(seed + number) % 3]
                    place = f"random {seed}, {sessions}, {len(files)} files, {partitions} partitions"
                    calls.append((self.same, place, files, args, "--partitions", partitions))
                    more = ["--template", "weekly", "--template", "agents", "--by", "channel,day"]
                    calls.append((self.same_values, place, files, [*args, *more], "--partitions", partitions))
            self.at_once(calls)

    def engine(self):
        """The same by the program's own flags."""
        where = ["--master", self.args.master] if self.args.master else ["--remote", self.args.remote]
        conf = ["--spark-conf", "spark.executor.memory=512m", "--spark-conf", "spark.driver.host=127.0.0.1"]
        with tempfile.TemporaryDirectory() as folder:
            files = logs.write(folder, 5, conversations=60, files=3)
            report = [self.args.binary, "report", *files, "--to", "log-end", "--max-rejects", "100%", "-q", "--format", "json"]
            engine = ["--engine", "spark", *where, *conf, "--python", sys.executable]
            expected = output_of(*report)
            for more in [[], ["--collect", "values"]]:
                found = output_of(*report, *engine, *more)
                assert found == expected, (found[0], found[2])
                print("same: report --engine spark", *more, flush=True)
                self.compared += 1
            # Each error has one message.
            missing = [self.args.binary, "report", "spark:no_such_table", "--to", "log-end", *engine]
            code, _, text = output_of(*missing)
            assert code == 3 and "no_such_table cannot be read by Spark" in text, (code, text)
            code, _, text = output_of(*report, *engine[:-1], "/no/such/python")
            assert code == 2 and "/no/such/python cannot be started" in text, (code, text)
        print("same: failures are one message", flush=True)
        self.compared += 1

    def preflight(self):
        """Executors that lack something: one message each, before anything is read."""
        with tempfile.TemporaryDirectory() as folder:
            log = logs.write(folder, 3, conversations=20, files=1)
            other, bare = pathlib.Path(folder, "other"), pathlib.Path(folder, "bare")
            other.write_bytes(pathlib.Path(self.args.binary).read_bytes() + b"\0")
            bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
            for path in [other, bare]:
                path.chmod(0o755)
            plan = json.loads(printed(self.args.binary, "plan", "--json", *log))
            plan["sources"][0]["path"] = "/only/here.jsonl"
            unseen = pathlib.Path(folder, "plan.json")
            unseen.write_text(json.dumps(plan))
            facts, of_log = pathlib.Path(folder, "facts"), ["--", *log]
            cases = [
                (["--on-nodes", str(other), *of_log], {}, "is another binary"),
                (["--on-nodes", "/no/such/binary", *of_log], {}, "no binary at /no/such/binary"),
                (["--plan", str(unseen)], {}, "does not see /only/here.jsonl"),
                (of_log, {"PYSPARK_PYTHON": str(bare)}, "no pyarrow"),
            ]
            found = [name for name in ["python3.10", "python3.12", "python3.13"] if name != f"python3.{sys.version_info[1]}"]
            found = [path for path in map(shutil.which, found) if path and output_of(path, "--version")[0] == 0]
            if found:
                cases.append((of_log, {"PYSPARK_PYTHON": found[0]}, "another version of Python"))
            for more, environment, expected in cases:
                command = [sys.executable, str(self.driver_path), *self.own(), "--facts", str(facts), *more]
                code, _, text = output_of(*command, **environment)
                told = [line for line in text.splitlines() if line.startswith("dialogram: ")]
                assert code == 5 and len(told) == 1 and expected in told[0], (expected, code, text[-3000:])
                assert not facts.exists()
                print(f"same: {told[0]}", flush=True)
                self.compared += 1

    def tables(self):
        """Tables of Parquet files: at a path of their own, and in the catalogue's place, partitioned."""

        def create(rows, name, path):
            writer = rows.write.option("path", f"file://{path}") if name == "events_epoch" else rows.write.partitionBy("channel")
            writer.saveAsTable(name)

        self.same_tables("", create)

    def iceberg(self):
        """Tables of Iceberg's catalogue."""

        def create(rows, name, _):
            rows.writeTo(name).using("iceberg").create()

        self.same_tables("lake.db.", create)

    def delta(self):
        """Tables that another program has written as Delta."""
        import deltalake

        def create(rows, name, path):
            deltalake.write_deltalake(path, rows.toArrow())
            self.spark.sql(f"CREATE TABLE {name} USING delta LOCATION 'file://{path}'")

        self.same_tables("", create)

    def same_tables(self, catalogue, create):
        """A table of the catalogue, in the order of a column and of all columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.begin(self.driver.arguments([*self.own(), "--facts", "-", "--", "-"]))
        with tempfile.TemporaryDirectory() as folder:
            rows = []
            for path in logs.write(folder, 13, conversations=150, files=4):
                lines = [line for line in pathlib.Path(path).read_text().splitlines() if line != "broken"]
                rows.extend(json.loads(line) for line in lines)
            # A table has the columns of its first row: each row has all of them.
            names = dict.fromkeys(name for row in rows for name in row)
            assert {"channel", "agent_id", "queue", "event_id", "score"} <= names.keys(), names
            rows = [{name: row.get(name) for name in names} | {"seq": number * 7919 % len(rows)} for number, row in enumerate(rows)]
            epoch = pa.Table.from_pylist(rows)
            instants = pa.array([row["ts"] * 1_000_000 for row in rows], pa.timestamp("us", "UTC"))
            typed = epoch.set_column(epoch.column_names.index("ts"), "ts", instants)
            for kind, table in [("epoch", epoch), ("typed", typed)]:
                # In one process, a file with the name of the table.
                name = f"{catalogue}events_{kind}"
                pq.write_table(table, pathlib.Path(folder, name))
                self.spark.sql(f"DROP TABLE IF EXISTS {name}")
                source = self.spark.read.parquet("file://" + str(pathlib.Path(folder, name)))
                create(source.repartition(7), name, f"{folder}/table-{kind}")
                for order in [["--order-by", "seq"], []]:
                    one, inside = pathlib.Path(folder, "one"), pathlib.Path(folder, "inside")
                    bears = ["--max-rejects", "100%"]
                    own = order or ["--order-by", "*"]
                    printed(self.args.binary, "fold", str(pathlib.Path(folder, name)), *own, *bears, "-o", str(one))
                    self.facts_inside(inside, [f"spark:{name}", *order, *bears])
                    self.equal_folders(f"table {name} {order}", one, inside)
                    print(f"same: table {name}", *order, flush=True)
                    self.compared += 1
                self.spark.sql(f"DROP TABLE {name}")

    def kept(self):
        """Facts that Spark keeps by day, in a folder and as a table: read by one process, and counted by Spark."""
        self.begin(self.driver.arguments([*self.own(), "--facts", "-", "--", "-"]))
        for seed, table in [(23, None), (24, self.args.catalogue + "kept_facts")]:
            with tempfile.TemporaryDirectory() as folder:
                files = logs.write(folder, seed, conversations=200, files=4)
                of_log = ["--max-rejects", "100%", "--sessions", ["id", "inactivity"][seed % 2]]
                days = ["--to", "log-end", "--days", "1", "--compare", "none"]
                place = table or str(pathlib.Path(folder, "kept"))
                keep = self.driver.arguments([*self.own(), "--facts", f"facts:{place}", "--", *files, *of_log])
                self.driver.run(keep, self.spark)
                try:
                    self.driver.run(keep, self.spark)
                except self.driver.Failed as failed:
                    assert "is there already" in str(failed), failed
                else:
                    raise AssertionError("facts were replaced")
                ends = [["--format", form, "-q"] for form in ["json", "csv"]]
                expected = [output_of(self.args.binary, "report", *files, *of_log, *days, *end) for end in ends]
                if not table:
                    for end, of_log_itself in zip(ends, expected):
                        found = output_of(self.args.binary, "report", place, *days, *end)
                        assert found[:2] == of_log_itself[:2], f"kept, read here, differs: {found[2]}"
                plan, inside = pathlib.Path(folder, "plan.json"), pathlib.Path(folder, "inside")
                plan.write_bytes(printed(self.args.binary, "report", f"facts:{place}", *days, "--plan"))
                self.driver.run(self.driver.arguments([*self.own(), "--facts", str(inside), "--plan", str(plan)]), self.spark)
                for end, of_log_itself in zip(ends, expected):
                    found = output_of(self.args.binary, "report", str(inside), *days, *end)
                    assert found[:2] == of_log_itself[:2], f"kept, counted by Spark, differs: {found[2]}"
                # They equal the facts of one process.
                one, back = pathlib.Path(folder, "one"), pathlib.Path(folder, "back")
                printed(self.args.binary, "fold", *files, *of_log, "-o", str(one))
                self.driver.run(self.driver.arguments([*self.own(), "--facts", str(back), "--", f"facts:{place}"]), self.spark)
                self.equal_folders("kept", one, back)
                if table:
                    self.spark.sql(f"DROP TABLE {table}")
            print("same: facts kept in", "a table" if table else "a folder", flush=True)
            self.compared += 1

    def skewed(self):
        """One customer with a tenth of all events, and one conversation with many: the same facts."""
        with tempfile.TemporaryDirectory() as folder:
            files = logs.write(folder, 29, conversations=3_000, files=4)
            files.append(logs.write_skewed(folder, 29, events=40_000))
            for sessions in ["id", "inactivity"]:
                self.same(f"skewed, {sessions}", files, ["--sessions", sessions, "--to", "log-end", "--max-rejects", "100%"])

    def addresses(self):
        """Files at addresses, which Spark fetches: a folder of canonical logs, and an export with a profile."""
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(path) for path in logs.write(folder, 17, conversations=150, files=4)]
            files[1].with_suffix(".jsonl.gz").write_bytes(gzip.compress(files[1].read_bytes()))
            files[1].unlink()
            found = [("a folder", [folder], [f"file://{folder}"], [])]
            for fixture in ["intercom", "amazon-connect"]:
                fixture = ROOT / "fixtures/profiles" / fixture
                run = json.loads((fixture / "expected.json").read_text())["runs"][0]
                paths = [str(fixture / log) for log in run["logs"]]
                args = run["args"] + ([] if "--profile" in run["args"] else ["--profile", fixture.name])
                found.append((fixture.name, paths, ["file://" + path for path in paths], args))
            for place, paths, addresses, args in found:
                of_log, _ = self.split(args)
                of_log += ["--max-rejects", "100%"]
                with tempfile.TemporaryDirectory() as outputs:
                    one, inside = pathlib.Path(outputs, "one"), pathlib.Path(outputs, "inside")
                    printed(self.args.binary, "fold", *paths, *of_log, "-o", str(one))
                    self.facts_inside(inside, [*addresses, *of_log])
                    self.equal_folders(f"addresses {place}", one, inside)
                print(f"same: addresses, {place}", flush=True)
                self.compared += 1

    def spoilt(self):
        """Ids that have lost digits, and are in two writings, over several files: the warnings of one process."""
        with tempfile.TemporaryDirectory() as folder:
            paths = logs.write_spoilt(folder, files=3)
            report = [self.args.binary, "report", *paths, "--to", "log-end", "--format", "json", "-q"]
            warnings = json.loads(printed(*report))["warnings"]
            told = [warning for warning in warnings if warning["id"] == "spoilt_ids"]
            assert len(told) >= 6, warnings
            self.same("spoilt ids", paths, ["--to", "log-end"])

    def refused(self):
        with tempfile.TemporaryDirectory() as folder:
            files = logs.write(folder, 7, conversations=40, files=2)
            facts = pathlib.Path(folder, "facts")
            try:
                self.facts_inside(facts, [*files, "--max-rejects", "0"])
            except self.driver.Failed as failed:
                assert failed.code == 4 and "part-0.jsonl:" in str(failed), failed
            else:
                raise AssertionError("too many rejects were borne")
            assert not facts.exists()
            # A log that was mended in between is read again in the same session.
            for path in map(pathlib.Path, files):
                lines = path.read_text().splitlines(keepends=True)
                path.write_text("".join(line for line in lines if "nonsense" not in line and line != "broken\n"))
            one = pathlib.Path(folder, "one")
            printed(self.args.binary, "fold", *files, "--max-rejects", "100%", "-o", str(one))
            self.facts_inside(facts, [*files, "--max-rejects", "100%"])
            self.equal_folders("a log that was mended", one, facts)
        print("same: too many rejects are refused, and a log that was mended is read again", flush=True)
        self.compared += 1

    def binary_killed(self):
        """The binary of one task is killed, as for want of memory: the task is run again."""
        with tempfile.TemporaryDirectory() as folder:
            files = logs.write(folder, 19, conversations=150, files=4)
            once, binary = pathlib.Path(folder, "once"), pathlib.Path(folder, "dialogram-killed-once")
            binary.write_text(
                "#!/bin/sh\n"
                f'if [ "$1 $2" = "stage fold" ] && mkdir {once} 2> /dev/null; then kill -9 $$; fi\n'
                f'exec {self.args.binary} "$@"\n'
            )
            binary.chmod(0o755)
            one, inside = pathlib.Path(folder, "one"), pathlib.Path(folder, "inside")
            printed(self.args.binary, "fold", *files, "--max-rejects", "100%", "-o", str(one))
            self.facts_inside(inside, [*files, "--max-rejects", "100%"], "--binary", str(binary))
            assert once.is_dir(), "the binary was not killed"
            self.equal_folders("binary killed", one, inside)
        print("same: the binary was killed once", flush=True)
        self.compared += 1

    def killed(self):
        """A worker and its executor are killed while files are read, or conversations are folded."""
        with tempfile.TemporaryDirectory() as folder:
            files = logs.write(folder, 11, conversations=12_000, files=8)
            one, inside = pathlib.Path(folder, "one"), pathlib.Path(folder, "inside")
            printed(self.args.binary, "fold", *files, "--max-rejects", "100%", "-o", str(one))
            command = [sys.executable, str(self.driver_path), *self.own(), "--partitions", "16", "--facts", str(inside)]
            errors = open(pathlib.Path(folder, "errors"), "w+")
            process = subprocess.Popen([*command, "--", *files, "--max-rejects", "100%"], stderr=errors)
            while process.poll() is None:
                time.sleep(0.1)
                if f"step {self.args.at}" in pathlib.Path(folder, "errors").read_text():
                    break
            assert process.poll() is None, pathlib.Path(folder, "errors").read_text()[-3000:]
            time.sleep(1)
            os.killpg(int(self.args.worker), signal.SIGKILL)
            assert process.poll() is None, "it was over before the worker was killed"
            code = process.wait()
            text = pathlib.Path(folder, "errors").read_text()
            assert code == 0, text[-3000:]
            assert re.search("ExecutorLost|Lost executor|Lost task", text), "no executor was lost: " + text[-3000:]
            self.equal_folders("killed", one, inside)
        print(f"same: a worker was killed in {self.args.at}", flush=True)
        self.compared += 1


def main():
    parser = argparse.ArgumentParser()
    for name in ["--binary", "--work", "--master", "--remote", "--worker"]:
        parser.add_argument(name)
    parser.add_argument("--conf", action="append", default=[], help="a setting of Spark")
    parser.add_argument("--catalogue", default="", help="what stands before the name of a table that is made")
    parser.add_argument("--on-nodes", action="store_true", help="the binary is on the nodes: it is not shipped")
    parser.add_argument("--count", type=int, default=3, help="how many random logs")
    parser.add_argument("--at", default="fold", help="the step during which a worker is killed")
    parts = ["engine", "preflight", "fixtures", "some", "random", "tables", "iceberg", "delta", "kept", "skewed", "spoilt", "addresses", "refused", "killed", "binary_killed"]
    parser.add_argument("parts", nargs="+", choices=parts)
    args = parser.parse_args()
    compare = Compare(args)
    for part in args.parts:
        getattr(compare, part)()
    assert compare.compared > 0
    print(f"{compare.compared} compared")
    if compare.spark:
        compare.spark.stop()


main()
