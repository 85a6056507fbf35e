from __future__ import annotations

import pytest

from tests.studies.played import MANY, played

SETTINGS = {
    "now": {},
    "mandate": {"facts.mandate.probability": "1"},
    "pledge": {"contributors.south.contingents.brigade.troops": "900"},
    "both": {"facts.mandate.probability": "1", "contributors.south.contingents.brigade.troops": "900"},
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Four runs of one scenario: as it is, with one change, with another, with both."""
    folder = tmp_path_factory.mktemp("runs")
    return {label: played(folder / label, MANY, settings) for label, settings in SETTINGS.items()}
