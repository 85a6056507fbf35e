"""What a planner writes: the schema, its reading with positions, inheritance, named checks and the ledger.

`sim.scenario.loading` is the way in: `load(path)` gives the frozen scenario, `load_resolved(path)` also where
each value comes from.
"""
