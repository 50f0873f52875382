"""The dependencies that a target folder has built, for builds of their own below it."""

import os
import shutil
from pathlib import Path


def link(built: Path, target: Path) -> None:
    """What other builds made of the dependencies is valid in a new target folder too, as links; nothing of this crate is."""
    if (target / "debug").exists() or not (built / "debug/deps").is_dir():
        return
    for part in ["deps", "build", ".fingerprint"]:
        ours = shutil.ignore_patterns("*dialogram*", "all-*")
        shutil.copytree(built / "debug" / part, target / "debug" / part, copy_function=os.link, symlinks=True, ignore=ours)
