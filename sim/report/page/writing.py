"""A page as one file: data, style and script inside, and a policy that allows nothing but these."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

_PARTS = ("uplot/uPlot.iife.min.js", "page.js")
_STYLES = ("uplot/uPlot.min.css", "page.css")


def page_of(data: Mapping[str, Any]) -> bytes:
    """Return a page. Every text of a scenario stands in it as data, never as markup; nothing is loaded."""
    folder = files("sim.report.page")
    scripts = [(folder / name).read_text(encoding="utf-8") for name in _PARTS]
    styles = [(folder / name).read_text(encoding="utf-8") for name in _STYLES]
    body = (folder / "page.html").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {' '.join(map(_hash, scripts))}; style-src {' '.join(map(_hash, styles))}"
    )
    head = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(str(data['title']))}</title>",
        f"<!-- The chart is drawn by uPlot.\n\n{(folder / 'uplot/LICENSE').read_text(encoding='utf-8')}-->",
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
    ]
    tail = [
        f'<script type="application/json" id="data">{_json(data)}</script>',
        *(f"<script>{script}</script>" for script in scripts),
        "</body>",
        "</html>",
    ]
    return "\n".join([*head, body.rstrip(), *tail, ""]).encode()


def _hash(text: str) -> str:
    """Return what the policy allows a part by: its SHA-256."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Mapping[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
