"""What the simulator is made of: licences that fit its own, a bill of materials, and no network at run time."""

from __future__ import annotations

import importlib.util
import json
import re
import socket
from importlib import metadata
from pathlib import Path

import pytest

from sim.cli.main import main
from tests.cli.test_ending import SMALL

ROOT = Path(__file__).parents[1]

COMPATIBLE = re.compile(
    r"MIT(-0|-CMU| License)?|ISC( License.*)?|ISCL|Apache([ -](Software )?(License )?)?[ -]?2(\.0)?|Apache Software License|"
    r"BSD([ -][23]-Clause)?( License.*)?|[23]-clause BSD|0BSD|Zlib|CC0-1\.0|Unlicense|PSF-2\.0|"
    r"Python Software Foundation License|Mozilla Public License 2\.0.*|MPL-2\.0|HPND|"
    r"Historical Permission Notice and Disclaimer.*|Apache-2\.0 WITH LLVM-exception|Public Domain"
)
"""Licences under which a work of ours may be given on under Apache-2.0: permissive ones, and those whose copyleft
ends at their own files."""


def _script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def terms(licence):
    return [part for part in re.split(r"\s+(?:AND|OR)\s+|[()]", licence) if part.strip()]


def test_every_dependency_may_be_used_by_a_work_under_apache_2():
    sbom = _script("sbom")
    unfit = {}
    for name, distribution in sbom.closure().items():
        told = sbom.licences(distribution)
        if not told or not all(COMPATIBLE.fullmatch(term) for each in told for term in terms(each)):
            unfit[name] = told
    assert not unfit, "decide whether these licences fit, and name them above"


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "GNU General Public License v3", "AGPL-3.0", "Proprietary", "LGPL-2.1"]
)
def test_a_licence_that_does_not_fit_is_seen(licence):
    assert not all(COMPATIBLE.fullmatch(term) for term in terms(licence))


def test_the_bill_of_materials_lists_every_direct_dependency():
    sbom = _script("sbom")
    bill = json.loads(json.dumps(sbom.bill()))
    named = {sbom.canonical(each["name"]) for each in bill["components"]}
    stated = [each for each in metadata.requires(sbom.ROOT) if "extra" not in each]
    assert len(stated) > 10
    assert {sbom.canonical(re.match(r"[\w.-]+", each)[0]) for each in stated} <= named
    assert bill == sbom.bill()
    assert str(ROOT) not in json.dumps(bill)


def test_every_direct_dependency_has_a_lower_bound():
    lines = list(_script("lowest").lowest(_project(), ["report", "cluster", "test"]))
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9.]+(;.*)?", line) for line in lines)


def _project():
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.usefixtures("no_pictures")
def test_no_verb_opens_a_socket(tmp_path, monkeypatch, capfd):
    def refuse(*_, **__):
        raise AssertionError("the network is used")

    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("troops: 100", "troops: 80"))
    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)

    def isf(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        assert not ended.value.code, err
        return out

    out = tmp_path / "out"
    monkeypatch.setattr(
        "sim.report.keeping.write_figures", lambda exhibits, subject, folder: []
    )  # as in a report
    folder = isf("run", path, "-n", 4, "--jobs", 1, "-q", "--out", out).strip()
    for arguments in (
        ("validate", path, "--ledger"),
        ("schema",),
        ("show", path),
        ("explain", path, "--worlds", 4),
        ("trace", folder),
        ("levels", folder),
        ("runs", out, "--verify"),
        ("export", folder, "--xlsx", tmp_path / "t.xlsx"),
        (
            "report",
            folder,
            "--out",
            tmp_path / "r.html",
            "--docx",
            tmp_path / "r.docx",
            "--pdf",
            tmp_path / "r.pdf",
        ),
    ):
        isf(*arguments)
