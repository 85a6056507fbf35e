"""A commented scenario to start from."""

from __future__ import annotations

import re
from pathlib import Path

from sim.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z")

_TEXT = """\
# yaml-language-server: $schema=schema.json
# The line above lets an editor complete and check this file: isf schema --out schema.json
# Change what you know, then:   isf validate {name}.yaml    isf explain {name}.yaml    isf run {name}.yaml
scenario: "{title}"
question: |
  How many troops are there by the end of 2026?
  What holds the rest back?
start: 2026-01-01                             # day 0
end: 2027-06-30
# as_of: 2026-01-01                           # what is known by then goes in `history:`; chance begins here

sources:                                      # where numbers come from; what has no source is an assumption
  ministry:
    title: Northland offers a battalion
    publisher: Ministry of Defence of Northland
    date: 2025-12-20
    quote: "about 800 soldiers"
    grade: A                                  # A primary or wire, B secondary, C a lead

parties:                                      # who controls a fact, or must consent
  host:
    name: The host
    consent: {{probability: 0.9, after: {{median: 14 days, p90: 45 days}}}}
  council: {{name: The Council}}

uncertain:                                    # drawn once a world: one is slow for everybody, another fast
  tempo: {{median: 1.0, p90: 1.8}}

# How the world may move. A number is known, or {{median, p90}}, {{low, mode, high}}, {{mean}} or {{one_of}}.
facts:
  ceasefire:                                  # on and off by turns
    kind: switch
    initially: true
    since: 2025-11-01
    stays_on: {{median: 300 days, p90: 900 days}}
    stays_off: {{median: 21 days, p90: 90 days}}
    rate_multiplier:
      - {{when: attacks in last 14 days >= 10, ends: 3}}       # three times as likely to end
  attacks:                                    # counted incidents
    kind: events
    rate: 10 per month
    rate_multiplier: [{{when: not ceasefire, times: 8}}]
  mandate_clear:                              # becomes true, or never
    name: Mandate clear
    kind: milestone
    party: council
    probability: 0.8
    after: {{median: 60 days, p90: 150 days}}
  disarmed:                                   # climbs from 0 to 100 % while `when` holds
    name: Disarmament
    kind: progress
    when: mandate_clear and ceasefire
    duration: {{median: 300 days, p90: 700 days}}
    steps: 10

definitions:                                  # rules with a name
  calm: ceasefire for 30 days and attacks in last 30 days <= 15

# Who might send troops, and when. Rules read like a sentence:
#   ceasefire for 30 days        attacks in last 30 days <= 5       disarmed >= 50%       after 2026-06-01
#   deployed(northland) >= 500   at least 2 of (a, b, c)            not …    once …       … within 2 weeks
contributors:
  northland:                                  # comes as soon as host and government agree
    name: Northland
    approvals:
      - {{step: government, takes: {{median: 14 days, p90: 45 days}}, probability: 0.95}}
    contingents:
      battalion:
        troops: 800
        role: infantry
        sector: south
        will_not: [disarm]
        lift: air
        prepares_for: {{median: 45 days, p90: 120 days, times: tempo}}
        source: {{troops: ministry}}
  southland:                                  # waits for a clear mandate and a quiet month
    name: Southland
    commits_when: mandate_clear and calm
    withdraws_when: casualties(self) in last 30 days >= 10 or not ceasefire for 30 days
    notice: {{median: 4 days, p90: 18 days}}
    exit: {{median: 31 days, p90: 112 days}}
    contingents:
      brigade:
        troops: {{low: 1000, mode: 1500, high: 3000}}
        role: infantry
        sector: north
        lift: air
        prepares_for: {{median: 60 days, p90: 180 days, times: tempo}}
        delivers: {{low: 0.5, mode: 0.9, high: 1}}            # the share that comes
        never_arrives: 0.1                    # the chance that nobody does

theatre:                                      # what is missing does not limit
  lift: {{air: {{slots: 2, load: 200, trip: 1 day}}}}
  reception: 120 per day
  beds: {{at_start: 1000, grows: [{{from: {{planned: 2026-07-01, slips: {{mean: 30 days}}}}, to: 4000}}]}}
  sectors:
    south: {{name: The south}}                # open from the start
    north: {{name: The north, opens_when: disarmed >= 10%}}
  casualties:
    rate: 1 per 1000 per year
    rate_multiplier: [{{when: not ceasefire, times: 10}}]

requirements:
  - {{name: Patrol the south, task: patrol, role: infantry, sector: south, troops: 600, by: 2026-09-30}}
  - {{name: Disarm in the north, task: disarm, role: infantry, sector: north, troops: 500, by: 2026-12-31}}

targets:
  initial: {{troops: 800, by: 2026-06-30}}
  full: {{troops: 2000, by: 2026-12-31}}

never:                                        # a world that breaks this is reported
  - deployed(southland) > 0 and not once mandate_clear
"""


def starter_text(name: str) -> str:
    """Return the text of a scenario to start from, which loads and runs as it is.

    `name` is letters, digits, `-` and `_`, and begins with a letter or digit; UsageError for another.
    """
    if not _NAME.match(name):
        raise UsageError(
            f"'{name}' cannot name a scenario; use up to 80 letters, digits, `-` and `_`, as in gaza-2027"
        )
    title = name.replace("-", " ").replace("_", " ")
    return _TEXT.format(name=name, title=title[:1].upper() + title[1:])


def write_starter(name: str, folder: Path) -> Path:
    """Write `NAME.yaml` into a folder and return its path; `.yaml` at the end of the name may be given.

    Raises UsageError if the name cannot be used, the folder does not exist or the file does already.
    """
    stem = name.removesuffix(".yaml")
    text = starter_text(stem)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; make it, or name another with --out")
    path = folder / f"{stem}.yaml"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already and is not overwritten; choose another name") from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}); name another folder with --out"
        ) from None
    return path
