"""The digest that freezes the project's tables of missions."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sim.missions.reading import DATA

FILES = ("missions.csv", "cells.csv", "strength.csv", "pledges.csv", "plans.csv", "withdrawals.csv")
"""The tables that a folder may hold."""


def digest_of(folder: Path = DATA) -> str:
    """Return the SHA-256 of a folder's tables, each with its name, line ends as they are on Unix."""
    total = hashlib.sha256()
    for name in FILES:
        path = folder / name
        if path.exists():
            content = path.read_bytes().replace(b"\r\n", b"\n")
            total.update(f"{name} {len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()


def frozen_digest() -> str:
    """Return the digest that the project's own tables were frozen with."""
    return (DATA / "digest.txt").read_text(encoding="ascii").strip()
