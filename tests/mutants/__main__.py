"""Tries all mutants, or those of the files whose names hold a word."""

from __future__ import annotations

import os
import sys

from tests.mutants import answers, figures, report, results, studies, telling, words
from tests.mutants.mutant import ROOT
from tests.mutants.trying import run

ROOMS = (answers, figures, telling, report, words, results, studies)

if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    os.chdir(ROOT)
    mutants = [mutant for room in ROOMS for mutant in room.MUTANTS]
    sys.exit(bool(run([mutant for mutant in mutants if wanted in mutant.file])))
