"""Which moves, at what effort, make a target likely enough: packages of a scenario's `levers:`."""
