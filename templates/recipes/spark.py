#!/usr/bin/env python3
"""Runs the stages of dialogram inside Spark, and writes a folder of facts.

    python3 spark.py --master spark://host:7077 --facts /data/facts -- /data/logs/ --tz America/Sao_Paulo
    dialogram report /data/facts --to log-end

With `--facts facts:PLACE`, Spark keeps the facts by day: as Parquet at an address or a path, or as a table of its catalogue.

What stands behind `--` are the arguments of `dialogram plan`: the logs, and how they are read. A log is a path that every node
sees; an address such as s3a://bucket/logs/, whose files Spark fetches; or spark:NAME, a table of Spark's catalogue. This file
knows no metric: it hands rows to the binary and back, brings rows of one key together, and collects notes. Needed: pyspark 4
here; Python with pyarrow on the executors.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile

MARK = "dialogram stage: "
KEPT = "facts:"
BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"


def arguments(argv):
    own, _, plan = argv, None, []
    if "--" in argv:
        at = argv.index("--")
        own, plan = argv[:at], argv[at + 1 :]
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", default="dialogram", help="the binary on this machine")
    parser.add_argument("--on-nodes", metavar="PATH", help="where the binary is on every node [default: it is shipped]")
    parser.add_argument("--master", metavar="URL", help="a classic cluster: spark://, yarn, k8s://, local[4]")
    parser.add_argument("--remote", metavar="URL", help="a Spark Connect server: sc://host:15002")
    parser.add_argument("--conf", metavar="KEY=VALUE", action="append", default=[], help="a setting of Spark; repeatable")
    parser.add_argument("--partitions", type=int, default=0, help="tasks of each step [default: twice the cluster's cores]")
    parser.add_argument("--plan", metavar="FILE", help="a plan of `dialogram plan --json`, instead of arguments behind --")
    parser.add_argument("--rejects", metavar="FILE", help="write the rejected rows, as JSON Lines")
    parser.add_argument("--facts", metavar="DIR", required=True, help="the folder of facts to write, or of values where the plan is of a report; facts:PLACE is kept by Spark, by day")
    parser.add_argument("--message", metavar="FILE", help="write the message of a failure here instead of standard error")
    parser.add_argument("--verbose", action="store_true", help="show Spark's own words about a failure")
    args = parser.parse_args(own)
    if args.master and args.remote:
        parser.error("--master and --remote exclude each other")
    if bool(plan) == bool(args.plan):
        parser.error("give either --plan FILE, or the arguments of `dialogram plan` behind --")
    if args.plan and args.facts.startswith(KEPT):
        with open(args.plan) as file:
            if json.load(file).get("keep_at") != args.facts[len(KEPT) :]:
                parser.error("--facts facts:PLACE goes with a plan of `dialogram plan --keep-at PLACE`")
    args.log = plan
    return args


class Failed(Exception):
    """A failure with its exit code and a message for people."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def local(args, *command, **more):
    """Runs the binary on this machine and gives what it printed."""
    try:
        done = subprocess.run([args.binary, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    except OSError as error:
        raise Failed(2, f"{args.binary} cannot be started: {error}") from None
    sys.stderr.write(done.stderr.decode(errors="replace") if done.returncode == 0 else "")
    if done.returncode != 0:
        raise Failed(done.returncode, done.stderr.decode(errors="replace").strip())
    return done.stdout


def sum_of(path):
    import hashlib

    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def on_executor(binary, shipped, expected):
    """Gives a function that finds the binary on an executor, and makes sure that it is the one of this machine."""

    def find():
        path = binary
        if shipped:
            import shutil
            import tempfile

            from pyspark import SparkFiles

            path = SparkFiles.get(shipped)
            if not os.access(path, os.X_OK):
                # Files that Spark ships may have lost the right to be run.
                own = os.path.join(tempfile.gettempdir(), f"dialogram-{os.getuid()}-{expected[:16]}")
                if not os.path.exists(own):
                    part = f"{own}.{os.getpid()}"
                    shutil.copyfile(path, part)
                    os.chmod(part, 0o755)
                    os.replace(part, own)
                path = own
        if not os.path.exists(path):
            raise RuntimeError(MARK + f"no binary at {path} on this node")
        # A worker process of Python runs many tasks: one look at the bytes is enough.
        stat = os.stat(path)
        checked = f"{path} {stat.st_mtime_ns} {stat.st_size} {expected}"
        if os.environ.get("DIALOGRAM_CHECKED") != checked:
            found = sum_of(path)
            if found != expected:
                raise RuntimeError(MARK + f"{path} on this node is another binary: {found[:12]}, expected {expected[:12]}")
            os.environ["DIALOGRAM_CHECKED"] = checked
        return path

    return find


def is_held(plan):
    """Whether the logs are tables, or files at addresses: what Spark fetches."""
    return any(source.get("engine") for source in plan["sources"])


def partition():
    """The number of the partition at hand."""
    from pyspark import TaskContext

    context = TaskContext.get()
    # An engine that does not say it: parts need no order, only names of their own.
    return context.partitionId() if context else int.from_bytes(os.urandom(4), "big")


def write_table(batches, folder):
    """Writes rows of a table as one Parquet file into a folder; not where there are none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def write(rows):
        rows = pa.Table.from_batches(rows)
        writer[0] = writer[0] or pq.ParquetWriter(os.path.join(folder, "rows.parquet"), rows.schema, compression="lz4")
        writer[0].write_table(rows)

    writer, some = [None], []
    for batch in batches:
        if batch.num_rows:
            os.makedirs(folder, exist_ok=True)
            some.append(batch)
            # Groups of rows that a reader takes at a time.
            if sum(batch.num_rows for batch in some) >= 1 << 17:
                write(some)
                some = []
    if some:
        write(some)
    if writer[0]:
        writer[0].close()
    return writer[0] is not None


def stage_runner(find, plan, step, run_id, source=None):
    """Gives the function that runs a step on the rows of a partition. Scans take numbers of units; of a table, whose number is
    `source`, its rows; of files at addresses the paths and bytes. Runs differ in `run_id`: of two equal functions, Spark would
    take the rows that it has kept of the first, though files may have changed since."""

    unit_of = {number: unit for unit, numbers in enumerate(plan["units"]) for number in numbers}

    def written_units(batches, folder):
        """Writes files into a folder, and gives the number of each unit that is whole."""
        number_of = {source["path"]: number for number, source in enumerate(plan["sources"])}
        missing = {unit: set(numbers) for unit, numbers in enumerate(plan["units"])}
        for batch in batches:
            for path, content in zip(batch.column(0), batch.column(1)):
                path = path.as_py()
                number = number_of[path]
                own = os.path.join(folder, str(number))
                os.makedirs(own)
                with open(os.path.join(own, os.path.basename(path)), "wb") as file:
                    file.write(content.as_buffer())
                unit = unit_of[number]
                missing[unit].discard(number)
                if not missing[unit]:
                    yield unit

    def run(batches):
        import os
        import shutil
        import socket
        import subprocess
        import tempfile
        import threading

        import pyarrow as pa

        binary = find()
        node = socket.gethostname()

        def child(plan_file, unit, feed, rows=None):
            values = {"plan": plan_file, "unit": unit, "rows": rows, "part": partition()}
            command = [binary] + [argument.format(**values) for argument in step["arguments"]]
            with tempfile.TemporaryFile() as errors:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env={**os.environ, "POLARS_MAX_THREADS": "1"},
                )
                fault = None
                try:
                    feeder = threading.Thread(target=feed, args=(process.stdin,), daemon=True) if feed else None
                    if feeder:
                        feeder.start()
                    try:
                        with pa.ipc.open_stream(process.stdout) as rows:
                            for batch in rows:
                                if batch.num_rows:
                                    yield batch
                    except (pa.ArrowInvalid, OSError) as error:
                        fault = error
                    code = process.wait()
                    if feeder:
                        feeder.join()
                finally:
                    if process.poll() is None:
                        process.kill()
                        process.wait()
                if code != 0 or fault:
                    errors.seek(0)
                    text = errors.read().decode(errors="replace").strip() or str(fault)
                    how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
                    if code == -9:
                        text = f"most likely for want of memory, which it has beside the JVM; {OVERHEAD}, or take more --partitions"
                    raise RuntimeError(MARK + f"{step['stage']} on {node}, {how}: {text}")

        with tempfile.NamedTemporaryFile("w", prefix=f"dialogram-{run_id}-", suffix=".json") as file:
            json.dump(plan, file)
            file.flush()
            if step["stage"] == "scan" and source is not None:
                with tempfile.TemporaryDirectory() as rows:
                    if write_table(batches, os.path.join(rows, str(source))):
                        yield from child(file.name, unit_of[source], None, rows)
                return
            if step["stage"] == "scan" and is_held(plan):
                with tempfile.TemporaryDirectory() as rows:
                    for unit in written_units(batches, rows):
                        yield from child(file.name, unit, None, rows)
                        for number in plan["units"][unit]:
                            shutil.rmtree(os.path.join(rows, str(number)))
                return
            if step["stage"] == "scan":
                for batch in batches:
                    for unit in batch.column(0).to_pylist():
                        yield from child(file.name, unit, None)
                return
            batches = (batch for batch in batches if batch.num_rows)
            first = next(batches, None)
            if first is None:
                return

            def feed(pipe):
                try:
                    with pa.ipc.new_stream(pipe, first.schema) as rows:
                        rows.write_batch(first)
                        for batch in batches:
                            rows.write_batch(batch)
                    pipe.close()
                except (BrokenPipeError, OSError):
                    # The child has gone: its exit code says why.
                    pass

            yield from child(file.name, None, feed)

    return run


def session(args):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("dialogram").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config(BATCH, "16384")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.sql.debug.maxToStringFields", "200")
    for conf in args.conf:
        key, _, value = conf.partition("=")
        builder = builder.config(key, value)
    if args.remote:
        builder = builder.remote(args.remote)
    elif args.master:
        builder = builder.master(args.master)
    return builder.getOrCreate()


def columns(plan, step):
    return ", ".join(f"`{column['name']}` {column['spark']}" for column in plan["columns"][step["gives"]])


def check_cluster(args, spark):
    """What can be told before a task runs."""
    version = tuple(int(part) for part in spark.version.split(".")[:2] if part.isdigit())
    if version < (3, 3):
        raise Failed(2, f"dialogram: Spark {spark.version} has no mapInArrow: 3.3 or later is needed")
    master = args.master or ""
    overhead = ("spark.executor.memoryOverhead", "spark.executor.memoryOverheadFactor")
    is_bounded = master.startswith(("yarn", "k8s"))
    if is_bounded and not any(spark.conf.get(name, None) for name in overhead):
        print(f"{overhead[0]} is not set: the binary runs beside the JVM, in what the cluster calls overhead; " + OVERHEAD, file=sys.stderr)


OVERHEAD = "give it room, as in --conf spark.executor.memoryOverhead=2g"


def preflight(spark, find, tasks, paths):
    """Asks executors for their Python, pyarrow, binary and logs, before anything is read."""

    def look(batches):
        import platform
        import socket
        import subprocess

        import pyarrow as pa

        node = socket.gethostname()
        if int(pa.__version__.split(".")[0]) < 4:
            raise RuntimeError(MARK + f"pyarrow {pa.__version__} on {node} is too old: 4 or later is needed")
        path = find()
        try:
            done = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            system = f"{platform.system()} on {platform.machine()}"
            raise RuntimeError(MARK + f"{path} cannot be started on {node} ({system}): {error}; --on-nodes PATH takes one that can") from None
        if done.returncode != 0:
            text = done.stderr.decode(errors="replace").strip()
            raise RuntimeError(MARK + f"{path} does not run on {node}: {text or done.returncode}; the static binary of the release runs on every Linux")
        for log in paths:
            if not os.path.exists(log):
                raise RuntimeError(MARK + f"{node} does not see {log}: every node must see the logs under the same absolute path")
        for _ in batches:
            said = f"{node}: Python {platform.python_version()}, pyarrow {pa.__version__}"
            yield pa.RecordBatch.from_arrays([pa.array([said])], ["said"])

    rows = spark.range(0, tasks, 1, tasks).mapInArrow(look, "said STRING").distinct().collect()
    for row in sorted(row.said for row in rows):
        print(f"executor {row}", file=sys.stderr)


LARGEST = 2**31 - 1024


def with_files(plan, spark):
    """The plan with each file under an address as a source, in the order of their paths."""
    sources, units = [], []
    for numbers in plan["units"]:
        of_unit = []
        for number in numbers:
            source = plan["sources"][number]
            found = [source]
            if source.get("engine") == "files":
                files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(source["path"])
                files = sorted((row.path, row.length) for row in asked(source["path"], files.select("path", "length").collect))
                if not files:
                    raise Failed(3, f"dialogram: {source['path']}: no files there")
                for path, length in files:
                    if length > LARGEST:
                        raise Failed(3, f"dialogram: {path} has {length} bytes: Spark fetches files of up to 2 GB; split it, or read it from a path")
                found = [{**source, "path": path} for path, _ in files]
            of_unit.extend(range(len(sources), len(sources) + len(found)))
            sources.extend(found)
        # Files of one profile stay together.
        is_one = sources[of_unit[0]]["profile"] is not None
        units.extend([of_unit] if is_one else [[number] for number in of_unit])
    paths = [source["path"] for source in sources]
    twice = next((path for path in paths if paths.count(path) > 1), None) if len(set(paths)) < len(paths) else None
    if twice:
        raise Failed(2, f"dialogram: {twice} is named twice: its rows would count twice; name it once")
    return {**plan, "sources": sources, "units": units}


def asked(name, ask):
    """What Spark says of a log, or a failure that names the log."""
    try:
        return ask()
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise Failed(3, f"dialogram: {name} cannot be read by Spark: {first}") from None


def scanned(spark, find, plan, step, run_id):
    """The events of tables, or of files at addresses."""
    frames = []
    for number, source in enumerate(plan["sources"]):
        if source.get("engine") == "table":
            table = asked(source["path"], lambda name=source["path"]: spark.table(name))
            known = asked(source["path"], lambda frame=table: frame.columns)
            wanted = [name for name in known if name in plan["reading"]["columns"]]
            if not wanted:
                raise Failed(3, f"dialogram: the table {source['path']} has no column of a log: it has {', '.join(known)}; rename them in a view")
            chosen = table.select(*["`" + name.replace("`", "``") + "`" for name in wanted])
            frames.append(chosen.mapInArrow(stage_runner(find, plan, step, run_id, number), columns(plan, step)))
    if frames:
        events = frames[0]
        for frame in frames[1:]:
            events = events.unionAll(frame)
        return events
    paths = [source["path"] for source in plan["sources"]]
    files = spark.read.format("binaryFile").load(paths).select("path", "content")
    if any(len(numbers) > 1 for numbers in plan["units"]):
        # Files that one process reads together.
        files = files.coalesce(1)
    return files.mapInArrow(stage_runner(find, plan, step, run_id), columns(plan, step))


def is_path(place):
    """Whether kept facts are files at an address or a path; else they are a table."""
    return place.startswith("/") or "://" in place.split("`")[0]


def kept(spark, place):
    """The rows of kept facts, notes among them."""
    return asked(KEPT + place, lambda: spark.read.parquet(place) if is_path(place) else spark.table(place))


def is_there(spark, place):
    """Whether something stands where facts are to be kept."""
    if not is_path(place):
        return spark.catalog.tableExists(place)
    try:
        spark.read.text(place).schema
        return True
    except Exception:  # Spark has no common class of failures in all versions.
        # If it is there and cannot be read, the write says so: it replaces nothing.
        return False


def write_kept(frame, place, mode):
    writer = frame.write.mode(mode).partitionBy("day")
    if is_path(place):
        writer.parquet(place)
    else:
        writer.saveAsTable(place)


def keep_rows(spark, frame, place, tasks):
    """Writes rows by day, a few files for each, and gives them back as they were written."""
    from pyspark.sql import functions

    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    write_kept(frame.repartition(tasks, functions.col("day"), functions.expr("pmod(hash(key), 8)")), place, "error")
    return kept(spark, place)


def keep_manifest(spark, plan, written):
    """Adds the last row, which makes the facts whole."""
    from pyspark.sql import functions

    expected = sum(sum(day["rows"].values()) for day in plan["manifest"]["days"])
    if written != expected:
        raise Failed(3, f"dialogram: facts:{plan['keep_at']}: {written} rows are there, and {expected} were made; remove them, and keep them again")
    note = functions.lit(json.dumps(plan["manifest"]))
    of = lambda column: (note if column["name"] == "note" else functions.lit(None)).cast(column["spark"]).alias(column["name"])
    write_kept(spark.range(1).select(*[of(column) for column in plan["columns"]["kept"]]), plan["keep_at"], "append")


def collected(frame):
    """All rows on this machine, as an Arrow table."""
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    import pyarrow as pa

    return pa.Table.from_batches(frame._collect_as_arrow())


def finish(args, path, plan, notes, table):
    """Writes the folder of facts, or of values, from the last rows and all notes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_note = pc.is_valid(table["note"])
    notes = notes + table.filter(is_note)["note"].to_pylist()
    with open(path("notes.jsonl"), "w") as file:
        file.writelines(note + "\n" for note in notes)
    with open(path("plan.json"), "w") as file:
        json.dump(plan, file)
    with open(path("rows.arrows"), "wb") as file:
        with pa.ipc.new_stream(file, table.schema) as stream:
            stream.write_table(table.filter(pc.invert(is_note)))
    with open(path("rows.arrows"), "rb") as file:
        given = ["--plan", path("plan.json"), "--notes", path("notes.jsonl"), "-o", args.facts]
        local(args, "stage", "finish", *given, stdin=file)


def run(args, spark=None):
    """Makes the facts. A session that is given stays open."""
    folder = tempfile.TemporaryDirectory(prefix="dialogram-spark-")
    path = lambda name: os.path.join(folder.name, name)
    if args.plan:
        with open(args.plan) as file:
            plan = json.load(file)
    else:
        keep = ["--keep-at", args.facts[len(KEPT) :]] if args.facts.startswith(KEPT) else []
        plan = json.loads(local(args, "plan", "--json", *keep, *args.log))
    own = spark is None
    spark = spark or session(args)
    persisted, rows_of_batches = [], spark.conf.get(BATCH)
    try:
        run_steps(args, path, plan, spark, persisted)
    finally:
        # What made the run fail is told, not that its session is gone.
        with contextlib.suppress(Exception):
            spark.conf.set(BATCH, rows_of_batches)
            for frame in persisted:
                frame.unpersist()
            if own:
                spark.stop()


def run_steps(args, path, plan, spark, persisted):
    """Runs the steps of a plan in a session. Frames that the session keeps are added to `persisted`."""
    run_id = os.urandom(8).hex()
    is_connect = bool(args.remote) or "connect" in type(spark).__module__
    import shutil

    binary = shutil.which(args.binary)
    expected = sum_of(binary)
    shipped = None
    if not args.on_nodes:
        shipped = os.path.basename(binary)
        if is_connect:
            spark.addArtifacts(binary, file=True)
        else:
            spark.sparkContext.addFile(binary)
    find = on_executor(args.on_nodes or binary, shipped, expected)
    tasks = args.partitions
    if not tasks:
        tasks = 2 * int(spark.conf.get("spark.default.parallelism", "0") or 0)
        tasks = tasks or (16 if is_connect else max(2, 2 * spark.sparkContext.defaultParallelism))
    check_cluster(args, spark)
    preflight(spark, find, min(tasks, 32), [] if is_held(plan) else [source["path"] for source in plan["sources"][:100]])
    if is_held(plan):
        plan = with_files(plan, spark)
    place = plan.get("keep_at")
    if place and is_there(spark, place):
        raise Failed(2, f"dialogram: facts:{place} is there already: remove it, or choose another place")

    notes = []

    def take_notes(frame):
        notes.extend(row.note for row in frame.where("note IS NOT NULL").select("note").collect())
        with open(path("notes.jsonl"), "w") as file:
            file.writelines(note + "\n" for note in notes)

    def settle(*more):
        with open(path("plan.json"), "w") as file:
            json.dump(plan, file)
        settled = local(args, "stage", "settle", "--plan", path("plan.json"), "--notes", path("notes.jsonl"), *more)
        return json.loads(settled)

    rows, table = None, None
    if plan.get("kept"):
        rows = kept(spark, plan["kept"]["place"])
        take_notes(rows)
        plan = settle()
        days = [day["day"] for day in plan["kept"]["days"]]
        of_days = rows.where("note IS NULL").where(rows["day"].cast("string").isin(days))
        rows = of_days.select(*[f"`{column['name']}`" for column in plan["columns"]["facts"]])
        table = None if plan["steps"] else collected(rows)

    def brought_together(rows, step):
        return rows.repartition(tasks, step["shuffle"]) if step["shuffle"] else rows

    aside, number = None, -1
    while number + 1 < len(plan["steps"]):
        number += 1
        step = plan["steps"][number]
        print(f"step {step['stage']}", file=sys.stderr, flush=True)
        if step.get("aside"):
            # What it gives ends in notes: the steps behind take the rows that were there before.
            aside = brought_together(rows if aside is None else aside, step).mapInArrow(stage_runner(find, plan, step, run_id), columns(plan, step))
            if not plan["steps"][number + 1].get("aside"):
                take_notes(aside)
                aside = None
            continue
        if step["stage"] == "scan" and is_held(plan):
            # Files are whole in memory: one at a time.
            before = spark.conf.get(BATCH)
            if plan["sources"][0]["engine"] == "files":
                spark.conf.set(BATCH, "1")
            given = scanned(spark, find, plan, step, run_id)
        else:
            if step["stage"] == "scan":
                units = len(plan["units"])
                rows = spark.range(0, units, 1, max(1, min(units, 100_000)))
            given = brought_together(rows, step).mapInArrow(stage_runner(find, plan, step, run_id), columns(plan, step))
        if place and number == len(plan["steps"]) - 1:
            rows = keep_rows(spark, given, place, tasks)
            take_notes(rows)
            plan = settle()
            keep_manifest(spark, plan, rows.where("note IS NULL").count())
            break
        if number == len(plan["steps"]) - 1:
            table = collected(given)
            break
        if not step["settles"]:
            # Its notes go on with its rows.
            rows = given
            continue
        given = given.persist()
        persisted.append(given)
        take_notes(given)
        if step["stage"] == "scan" and is_held(plan):
            spark.conf.set(BATCH, before)
        plan = settle(*(["--rejects", args.rejects] if args.rejects and number > 0 else []))
        rows = given.where("note IS NULL")

    if table is not None:
        finish(args, path, plan, notes, table)


def cause(error, verbose):
    """One message out of Spark's many lines."""
    text = str(error)
    if verbose:
        print(text, file=sys.stderr)
    if MARK in text:
        behind = text[text.rindex(MARK) + len(MARK) :]
        lines = behind.splitlines()
        end = next((at for at, line in enumerate(lines) if at and line.startswith(("\tat ", "Traceback", "JVM "))), len(lines))
        return "\n".join(line for line in lines[:end] if line.strip())
    if "No module named 'pyarrow'" in text:
        return "the executors' Python has no pyarrow: install it there, or set PYSPARK_PYTHON to one that has it"
    if "PYTHON_VERSION_MISMATCH" in text:
        return "the executors have another version of Python than this machine: set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON"
    first = text.strip().splitlines()
    return f"Spark failed: {first[0] if first else type(error).__name__} (--verbose shows all)"


def main():
    args = arguments(sys.argv[1:])
    try:
        run(args)
        return 0
    except Failed as failed:
        code, message = failed.code, str(failed)
    except ImportError as error:
        code, message = 2, f"dialogram: {error}: install pyspark and pyarrow for this Python"
    except Exception as error:  # Spark has no common class of failures in all versions.
        code, message = 5, f"dialogram: {cause(error, args.verbose)}"
    if args.message:
        with open(args.message, "w") as file:
            file.write(message)
    else:
        print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
