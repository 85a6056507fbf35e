"""What a run leaves and says does not hang on the order of its file."""

from __future__ import annotations

import pytest

from sim.cli.main import main
from tests.batch.fake import contents

HEAD = "scenario: Order\nstart: 2026-01-01\nend: 2026-06-30\n"
FACTS = (
    "  zeta: {kind: milestone, probability: 0.6, after: {mean: 20 days}}\n",
    "  alpha: {kind: milestone, probability: 0.7, after: {mean: 30 days}}\n",
)
CONTRIBUTORS = (
    "  north: {commits_when: zeta, contingents: {unit: {troops: 100, role: infantry}}}\n",
    "  east: {commits_when: alpha, contingents: {unit: {troops: 200, role: infantry}}}\n",
)
TARGETS = ("  second: {troops: 150, by: 2026-03-01}\n", "  first: {troops: 50, by: 2026-03-01}\n")


def ordered(step):
    blocks = (("facts", FACTS), ("contributors", CONTRIBUTORS), ("targets", TARGETS))
    return HEAD + "".join(f"{name}:\n{''.join(lines[::step])}" for name, lines in blocks[::step])


def test_two_files_that_say_the_same_leave_the_same(tmp_path, capfd):
    left, told = [], []
    for step in (1, -1):
        place = tmp_path / str(step)
        place.mkdir()
        (place / "order.yaml").write_text(ordered(step))
        with pytest.raises(SystemExit) as ended:
            main(["run", f"{place}/order.yaml", "-n", "30", "--figures", "none", "--out", f"{place}/out"])
        assert not ended.value.code
        left.append(contents(place / "out"))
        told.append(capfd.readouterr().out.replace(str(place), ""))
    assert ordered(1) != ordered(-1)
    assert left[0] == left[1]
    assert told[0] == told[1]
