"""How good forecasts would have been: real missions forecast by one mechanical template, played and scored.

`template` turns what was known of a mission into a scenario, `playing` plays it, `rivals` forecast the same by
simpler means, `scores` and `skill` judge all of them, `study` runs the whole.
"""
