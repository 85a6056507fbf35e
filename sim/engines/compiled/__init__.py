"""The compiled twin of `sim.model`: the same worlds, the same bytes, without strings and objects.

It is written to be read beside the model: a file for each of its processes, with the same names. A process, in the
model a generator, is here a row of numbers with a place `PC` at which it goes on; what it waits for (`WAITS`) is a
bell, an instant, or the application of what it posted. Everything lives in two flat arrays, `M` of whole numbers and
`R` of floats; `sim.engines.layout` names the places, `sim.engines.lowering` fills them from a plan.

=======================================  ============================================================
`sim.model`                              here
=======================================  ============================================================
`replication`, `processes`               `lot` (many of them), `replication`, `processes` (who goes on where)
`rounds`                                 `rounds`, `timers` (timers, bells, posts), `changes` (what a post does)
`network`                                `network`
`world`, `plan.laws`, `plan.randomness`  `world`, `clock`, `laws`, `streams`
`facts`                                  `switch`, `milestone`, `events`, `schedule`
`progress`                               `progress`
`troops`, `ceilings`                     `troops`
`contributor`                            `contributor`
`contingent`, `decision`                 `contingent`, `decision`
`preparation`                            `preparation`
`chronicle`                              `chronicle`
`theatre`                                `theatre`
`tour`                                   `tour`
`training`, `casualties`                 `training`, `casualties`
`waiting`, `statements`, `mission`       `waiting`, `statements`, `rounds`
=======================================  ============================================================

What goes wrong in a replication, or is too rare to be written twice, is not told here: the twin gives it up and the
reference plays that replication (`sim.engines.compiled.engine`).
"""
