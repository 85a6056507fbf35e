"""A scenario whose texts hold what other programs would take for code, and its runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sim import run
from sim.results.run import Run

SCRIPT = """<script>alert("x")</script><img src=x onerror=alert(1)>"""
ATTRIBUTE = """" onmouseover="alert(1)" x='"""
TEX = r"\input{/etc/passwd} $\alpha_1$ % \write18{ls} & ~"
TYPST = """#read("/etc/passwd") #panic() $x^2$ *bold* _slanted_ @cited <tag> = heading // gone"""
TEMPLATE = "{{ 7*7 }} {% if x %} {# hidden #}"
FORMULAS = ('=HYPERLINK("http://example.org","x")', "+1+1", "-2+3", "@SUM(A1:A2)")
ARABIC = "قوة الاستقرار الدولية"
HEBREW = "כוח הייצוב"
TURNED = "abc\N{RIGHT-TO-LEFT OVERRIDE}def"
LONG = "Unterstützungs" * 30
TEXTS = (SCRIPT, ATTRIBUTE, TEX, TYPST, TEMPLATE, *FORMULAS, LONG)
"""What must be found again, letter by letter."""


def hostile_scenario(path: Path, probability: float = 0.8) -> Path:
    """Write a scenario with hostile names, summaries, question and sources; returns the file."""
    north = {
        "name": SCRIPT,
        "commits_when": "clear",
        "contingents": {
            "guards": {"name": FORMULAS[1], "troops": 300, "role": "infantry", "sector": "south"},
            "medics": {"name": TEMPLATE, "troops": 90, "role": "medical", "source": "said"},
        },
    }
    east = {
        "name": FORMULAS[0],
        "commits_when": "calm",
        "consents": {"host": {"probability": 0.5, "after": {"mean": "20 days"}}},
        "contingents": {"brigade": {"name": FORMULAS[0], "troops": 500, "role": "infantry"}},
    }
    content: dict[str, Any] = {
        "scenario": TYPST,
        "question": f"{TEX} {LONG} {TURNED}",
        "start": "2026-01-01",
        "end": "2026-06-30",
        "sources": {
            "said": {
                "title": FORMULAS[3],
                "publisher": ATTRIBUTE,
                "date": "2025-12-01",
                "url": "javascript:alert(1)",
                "quote": FORMULAS[2],
            }
        },
        "parties": {"host": {"name": ARABIC}},
        "facts": {
            "clear": {
                "name": FORMULAS[2],
                "kind": "milestone",
                "probability": probability,
                "after": {"mean": "30 days"},
            },
            "calm": {
                "name": TEMPLATE,
                "kind": "switch",
                "initially": True,
                "stays_on": {"mean": "90 days"},
                "stays_off": {"mean": "9 days"},
            },
        },
        "contributors": {"north": north, "east": east},
        "theatre": {"sectors": {"south": {"name": f"{ATTRIBUTE} {LONG}"}}},
        "targets": {"initial": {"troops": 300, "by": "2026-05-01"}},
        "requirements": [
            {
                "name": FORMULAS[3],
                "task": "patrol",
                "sector": "south",
                "troops": 200,
                "by": "2026-03-01",
                "critical": True,
            },
            {"name": SCRIPT, "task": "treat", "role": "medical", "troops": 100, "by": "2026-04-01"},
            {"name": HEBREW, "task": "guard", "troops": 100, "by": "2026-04-01"},
        ],
    }
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def hostile_run(folder: Path, probability: float = 0.8, replications: int = 40) -> Run:
    """Play the hostile scenario."""
    path = hostile_scenario(folder / f"hostile-{probability}.yaml", probability)
    return run(path, replications=replications, out=folder / "outputs")
