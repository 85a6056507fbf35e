"""What each key of a scenario file means, in a line, as editors show it; a test keeps it complete."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_EVERYWHERE = {
    "name": "What people call it; the key itself, if nothing is said.",
    "source": "Where the numbers of this block come from; what has no source is an assumption.",
    "sector": "The part of the theatre, one of `theatre.sectors`.",
    "role": "What the troops are, for example infantry, engineers, medical, police_trainers.",
    "will_not": "Tasks that these troops refuse, for example [patrol, disarm].",
    "priority": "Who is served first: the lowest number.",
}

_AIM = {
    "troops": "How many.",
    "by": "The day by whose end it counts.",
    "role": "Counts only troops of this role.",
    "sector": "Counts only troops of this sector.",
    "force": "Counts only this force, or `any`; without any filter the military counts.",
    "when": "Counts only in worlds where this rule holds then.",
}

_REPORTED = "false: what happens does not become known by itself, so that silence says nothing."

_FACT = {
    "kind": "What sort of fact it is.",
    "party": "Who controls it, one of `parties`.",
    "log": "false: its changes are not recorded.",
}
_MOVING = {**_FACT, "reported": _REPORTED}

_ASKED = {
    "probability": "The chance of a yes each time it is asked.",
    "after": "How long the answer takes.",
    "reconsiders": "A no is asked again after this delay; missing: a no is final.",
    "rate_multiplier": "While a rule holds, the answer is that many times as likely to come at any moment.",
}

_OF_BLOCK: Mapping[str, Mapping[str, str]] = {
    "Scenario": {
        "scenario": "A title.",
        "question": "What the scenario is to answer, in two lines.",
        "start": "The first day; day 0.",
        "as_of": "What was known by this day is in the file, nothing later; chance begins here.",
        "end": "The last day.",
        "ends_when": "When this first holds the mission is over: nobody embarks any more, and all leave.",
        "authorised": "The ceiling: how many may be there at once, of every force together or by force.",
        "sources": "Where numbers come from, by name.",
        "parties": "Actors who control facts, or whose consent is needed, by name.",
        "uncertain": "Numbers drawn once a world, by name, for `times:`, `odds:` and rules.",
        "facts": "How the world may move, by name.",
        "definitions": "Rules with a name, to be used in other rules.",
        "defaults": "What contributors and contingents have that say nothing.",
        "contributors": "Who might send troops, by name.",
        "theatre": "What limits how fast and how far the force can grow.",
        "trained_forces": "Forces that trainers raise in the theatre, by name.",
        "requirements": "What the force must be able to do: tasks with troops, role and sector.",
        "targets": "Force levels to be reached by a day, by name.",
        "estimates": "What others said the force would be.",
        "never": "Statements that must never hold; a world that breaks one is reported.",
        "always": "Statements that must always hold; a world that breaks one is reported.",
        "plausible": "How far an assumption could be off, by its path: {low, high}, or certain.",
        "history": "What has happened from `start` to `as_of`, dated; nothing else has.",
        "levers": "Moves that somebody could make, with their effort, by name; `isf plan` chooses among them.",
        "costs": "What the force costs.",
        "pulled": "Levers that are pulled, by name.",
    },
    "Lever": {
        "party": "Who must act, one of `parties`.",
        "set": "Paths with values, as `--set` takes them; they hold from the start.",
        "happens": "What it makes happen within the world.",
        "effort": "What it takes, in the unit that all levers share.",
        "unit": "What efforts are counted in, for example months of diplomacy.",
        "works": "The chance that it takes effect once it is pulled.",
        "excludes": "Levers that cannot be pulled together with it.",
        "needs": "Levers without which it cannot be pulled.",
        "from": "The first day on which it can be pulled.",
    },
    "Happening": {
        "fact": "A milestone that becomes true, or a switch that goes on.",
        "value": "false: a switch goes off.",
        "party": "A party that consents; with `contributor`.",
        "contributor": "To whom the party consents.",
        "on": "The day on which it happens.",
        "when": "The lever is pulled, and its effort spent, only in worlds where this rule comes true, and then.",
    },
    "Costs": {
        "unit": "The currency.",
        "soldier_month": "Per deployed soldier and month of 30.4375 days.",
        "roles": "The same for soldiers of a role, by name.",
        "contributors": "The same for a contributor's soldiers, by name; it goes before a role's.",
        "move": "Per soldier and journey, into the theatre or home; a relief is two.",
    },
    "Source": {
        "title": "The title of the document.",
        "publisher": "Who published it.",
        "date": "When; later than `as_of` is hindsight, a fault.",
        "url": "Where to find it.",
        "quote": "The words that the number rests on.",
        "grade": "How good it is: A primary or wire, B secondary, C a lead.",
    },
    "Party": {
        "consent": "What it answers to every contributor that has no answer of its own.",
        "reported": _REPORTED,
    },
    "Consent": {
        **_ASKED,
        "asked_when": "It is asked when this first holds; missing: at `start`.",
        "revoked_when": "A yes ends when this holds; missing: a yes is final.",
    },
    "Switch": {
        **_MOVING,
        "initially": "Whether it is on at the start.",
        "since": "Since when it has been as it is `initially`; the opposite held before.",
        "stays_on": "How long it stays on; missing: it never ends by itself.",
        "stays_off": "How long it stays off; missing: it never ends by itself.",
        "forced_on_when": "While this holds it is on.",
        "forced_off_when": "While this holds it is off; it wins over `forced_on_when`.",
        "rate_multiplier": "While a rule holds, an end or a start is that many times as likely.",
    },
    "Milestone": {
        **_MOVING,
        **_ASKED,
        "probability": "The chance that it becomes true at all, or at each asking.",
        "after": "How long that takes.",
        "when": "The clock starts the first time this holds; missing: at `start`.",
        "undone_when": "It becomes false again when this holds.",
    },
    "Events": {
        **_MOVING,
        "rate": "How many, in how long.",
        "bursts": "The mean size of a cluster; 1: they come singly.",
        "past": "How many came before, by day.",
        "rate_multiplier": "While a rule holds, they are that many times as frequent.",
    },
    "Progress": {
        **_MOVING,
        "initially": "How far it has got at the start, in whole steps; missing: 0.",
        "duration": "How long the whole climb from 0 to 100 % takes; from `initially` on, its part of that.",
        "when": "It climbs while this holds and pauses otherwise; missing: always.",
        "steps": "In how many equal steps it climbs from 0 to 100 %.",
        "slips_when": "Each time that this becomes true, `slips` steps are lost.",
        "slips": "How many steps are lost at a time.",
        "rate_multiplier": "While a rule holds, it climbs that many times as fast.",
    },
    "Schedule": {
        **_FACT,
        "values": "The value from each day on.",
        "initially": "The value before the first day.",
    },
    "SwitchMultiplier": {
        "when": "While this rule holds …",
        "ends": "… an end is that many times as likely at any moment.",
        "starts": "… a start is that many times as likely at any moment.",
    },
    "Multiplier": {"when": "While this rule holds …", "times": "… the rate is that many times as high."},
    "Defaults": {
        "contingents": "For every contingent that does not say otherwise.",
        "contributors": "For every contributor that does not say otherwise.",
    },
    "ContingentDefaults": {
        "prepares_for": "From approval to readiness.",
        "delivers": "The share of a pledge that comes: one draw a contributor.",
        "never_arrives": "The chance that nobody comes: one draw a contributor.",
    },
    "ContributorDefaults": {
        "notice": "From the trigger to the decision to leave.",
        "exit": "From that decision until the last has gone.",
    },
    "Contributor": {
        "commits_when": "When it decides and embarks; missing: always.",
        "withdraws_when": "When this becomes true, it leaves.",
        "consents": "What a party answers to this contributor; `not_needed` does without.",
        "approvals": "Steps of the national decision, in order: one for all its contingents.",
        "delivers": "The share of its pledge that comes: one draw for all its contingents.",
        "never_arrives": "The chance that nobody comes: one draw for all its contingents.",
        "notice": "From the trigger to the decision to leave.",
        "exit": "From that decision until the last has gone.",
        "returns": "Having left, it may pledge again.",
        "reported": _REPORTED,
        "contingents": "The bodies of troops that it would send, by name.",
    },
    "Approval": {
        "step": "Who decides: government, parliament, president.",
        "takes": "How long the decision takes.",
        "probability": "The chance of a yes.",
        "reconsiders": "A no is asked again after this delay; missing: a no is final.",
    },
    "Returns": {"after": "How long after it has left."},
    "Contingent": {
        "troops": "How many are pledged.",
        "force": "The force in which they count; `military` if nothing is said.",
        "commits_when": "A rule of its own; the contributor's must hold too.",
        "approvals": "A decision of its own, apart from its contributor's; [] for none.",
        "prepares_for": "From approval to readiness.",
        "delivers": "The share that comes, where it is drawn apart from its contributor's.",
        "never_arrives": "The chance that nobody comes, where it is drawn apart from its contributor's.",
        "lift": "The lane that it needs, one of `theatre.lift`; missing: none.",
        "tour": "How long it stays before it must be relieved; missing: for good.",
        "advance": "It comes in two parts, an advance party and a main body; missing: as a whole.",
    },
    "Advance": {
        "share": "The share of those approved that is the advance party; it prepares for `prepares_for`.",
        "body_follows": "How long after the advance party is ready the main body is.",
    },
    "Tour": {
        "every": "How long a tour lasts.",
        "relief_probability": "The chance that the relief comes.",
        "gap": "If it does not, a new unit is ready after this; missing: never.",
        "overstays": "How long after a tour's end who cannot be relieved stays; missing: for good.",
    },
    "TrainedForce": {
        "force": "The force in which it counts, for example police.",
        "trained_by": "The role of the trainers.",
        "trainees_per_trainer": "How many recruits a trainer teaches at once.",
        "course": "How long a course takes.",
        "recruits": "How many recruits there are in all.",
        "vetted": "The share of a class that passes.",
        "when": "Courses begin while this holds; missing: always.",
    },
    "Theatre": {
        "lift": "Lanes that bring troops in, by name.",
        "reception": "How many troops can be received; missing: no limit.",
        "beds": "Places for troops; missing: no limit.",
        "sectors": "Parts of the theatre, by name.",
        "casualties": "How often soldiers come to harm; they are counted, and strength stays.",
    },
    "Lane": {
        "slots": "How many serials may be under way at once.",
        "load": "The most troops of one serial.",
        "trip": "How long a serial is under way.",
        "from": "The day from which it runs, or {planned, slips}; missing: from the start.",
        "when": "The lane is open while this holds; missing: always.",
    },
    "Beds": {"at_start": "How many there are at the start.", "grows": "How their number grows."},
    "Plausible": {
        "low": "The lowest value that it could reasonably have.",
        "high": "The highest value that it could reasonably have.",
    },
    "Growth": {
        "from": "From this day on, or {planned, slips} …",
        "when": "Once this rule has held …",
        "to": "… there are at least so many.",
    },
    "Sector": {
        "opens_on": "The day on which it opens, or {planned, slips}; missing: from the start.",
        "opens_when": "It opens when this first holds.",
        "closes_when": "While this holds nobody embarks for it.",
        "in_theatre": "false: it lies elsewhere; troops there need neither beds nor reception.",
    },
    "CasualtyRate": {
        "rate": "How many, of how many soldiers, in how long.",
        "rate_multiplier": "While a rule holds, they are that many times as frequent.",
    },
    "CasualtyMultiplier": {
        "when": "While this rule holds (missing: always) …",
        "role": "… for troops of this role (missing: every) …",
        "sector": "… in this sector (missing: every) …",
        "times": "… casualties are that many times as frequent.",
    },
    "Target": {**_AIM, "contributor": "Counts only this contributor's troops."},
    "Requirement": {
        **_AIM,
        "name": "What the line is called.",
        "task": "What they must be able to do; troops whose `will_not` names it do not count.",
        "by": "The day from which they are needed.",
        "critical": "Whether the force cannot do without.",
        "priority": "Which line gets troops first that could fill several: the lowest number.",
    },
    "Estimate": {
        "who": "Who said so.",
        "troops": "How many they said.",
        "by": "The day by which they said it.",
        "force": "The force that they spoke of, or `any`; the military if nothing is said.",
    },
    "Record": {
        "date": "The day on which it happened.",
        "fact": "A fact; with `value`, `count` or `refused`.",
        "value": "The value that the fact took.",
        "count": "How many events there were that day.",
        "refused": "true: a milestone was answered with no.",
        "party": "A party; with `contributor` and `consent`.",
        "consent": "true: it consented; false: it refused.",
        "contributor": "Whom it is about: a contributor, or a trained force.",
        "contingent": "Which of its contingents; missing: all of them.",
        "event": "What happened to the contingent.",
        "step": "The approval that was given or refused.",
        "troops": "How many: the new pledge, or those who arrived, became ready, fell or graduated.",
        "until": "delayed: the day until which it stands still.",
        "by": "delayed: for how long it stands still.",
        "came": "Which planned date came, by its path, as theatre.sectors.rafah.opens_on.",
        "source": "Where this is known from, one of `sources`.",
        "note": "A remark for the reader.",
    },
}

KEY_MEANINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {block: MappingProxyType({**_EVERYWHERE, **keys}) for block, keys in _OF_BLOCK.items()}
)
"""Name of a block → key → meaning; what every block may have is in each."""
