"""The logs of the benchmark: made once by the generator, and kept in the work folder."""

import subprocess
import sys
from pathlib import Path

MILLION = 1_000_000

# As a database would export it: instants typed, everything else text.
TO_PARQUET = """
import sys, duckdb
csv, parquet = (path.replace("'", "''") for path in sys.argv[1:])
names = "conversation_id ts event actor customer_id agent_id agent_name channel department queue text".split()
types = ", ".join(f"{name}: '{'TIMESTAMPTZ' if name == 'ts' else 'VARCHAR'}'" for name in names)
db = duckdb.connect()
db.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
db.execute(f"copy (from read_csv('{csv}', header=true, auto_detect=false, delim=',', quote='\\"', escape='\\"', "
           f"columns={{{types}}})) to '{parquet}' (format parquet)")
"""


class Logs:
    """Files `ev<millions>m.<format>` in the work folder."""

    def __init__(self, work: Path, generator: Path) -> None:
        self.work, self.generator = work, generator

    def path(self, millions: int, suffix: str) -> Path:
        """The log, made now if it is not there."""
        path = self.work / f"ev{millions}m.{suffix}"
        if not path.exists():
            print(f"making {path}", file=sys.stderr)
            if suffix == "parquet":
                self.convert(self.path(millions, "csv"), path)
            else:
                self.generate(millions, suffix, path)
        return path

    def generate(self, millions: int, suffix: str, path: Path) -> None:
        """Under another name until it is whole: an interrupted run leaves no short log behind."""
        prefix = self.work / "unfinished"
        subprocess.run([self.program(), str(millions * MILLION), str(prefix), f"--{suffix}"], check=True)
        prefix.with_suffix(f".{suffix}").rename(path)

    def convert(self, csv: Path, path: Path) -> None:
        unfinished = self.work / "unfinished.parquet"
        subprocess.run([sys.executable, "-c", TO_PARQUET, str(csv), str(unfinished)], check=True)
        unfinished.rename(path)

    def program(self) -> Path:
        """The generator, built from its source where that is newer."""
        program = self.work / "gen"
        if not self.generator.exists():
            sys.exit(f"benches/run: no generator at {self.generator}; say where it is with --generator")
        if not program.exists() or program.stat().st_mtime < self.generator.stat().st_mtime:
            try:
                subprocess.run(["rustc", "-O", str(self.generator), "-o", str(program)], check=True)
            except FileNotFoundError:
                sys.exit("benches/run: no rustc on the path to build the log generator with")
        return program
