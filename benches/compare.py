"""Holds a report of dialogram against the peer's: the same keys, integers exactly, other numbers to 1e-9 relative."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

Json = dict[str, Any]

RELATIVE_TOLERANCE = 1e-9


def milliseconds(instant: str) -> int:
    """An instant of the report as the peer says it."""
    return round(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp() * 1000)


def comparable(report: Json) -> Json:
    """What the peer computes too, in its shape: without units, revisions and labels, table rows by key, whatever their order."""
    window = report["window"]
    return {
        "sessions": report["sessions"],
        "window": {
            "horizon": milliseconds(report["as_of"]),
            "before": milliseconds(window["previous"]["from"]),
            "start": milliseconds(window["from"]),
            "end": milliseconds(window["to"]),
        },
        "metrics": {
            name: {key: value for key, value in metric.items() if key not in ("unit", "revision")}
            for name, metric in report["metrics"].items()
        },
        "tables": {name: rows_by_key(table) for name, table in report["tables"].items()},
        "heatmaps": report["heatmaps"],
    }


def rows_by_key(table: Json) -> dict[str, Json]:
    return {
        " × ".join("(none)" if part is None else part for part in row["key"]): {
            name: row[name] for name in table["metrics"]
        }
        for row in table["rows"]
    }


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Every place where the two are not the same, as text."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            if key not in ours or key not in theirs:
                yield f"{where}/{key}: only {'dialogram' if key in ours else 'the peer'} has it"
            else:
                yield from differences(ours[key], theirs[key], f"{where}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{where}: {len(ours)} items against {len(theirs)}"
        for at, pair in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(*pair, f"{where}[{at}]")
    elif not is_same(ours, theirs):
        yield f"{where}: dialogram {ours!r}, the peer {theirs!r}"


def is_same(ours: Any, theirs: Any) -> bool:
    """Integers, text and null exactly; as soon as one is no integer, to the tolerance."""
    if isinstance(ours, float) or isinstance(theirs, float):
        return ours is not None and theirs is not None and math.isclose(ours, theirs, rel_tol=RELATIVE_TOLERANCE)
    return bool(ours == theirs)


def size(value: Any) -> int:
    """How many single values are compared."""
    if isinstance(value, dict):
        return sum(size(item) for item in value.values())
    if isinstance(value, list):
        return sum(size(item) for item in value)
    return 1
