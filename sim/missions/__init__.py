"""Build-ups of real missions: what was known on day 0, what came, who had pledged.

`reading` reads tables of one form (`data/` holds the project's own, frozen by a digest); `build_up` is what a
row means. Only what was known by a date (`BuildUp.known_by`) may be handed to whatever forecasts.
"""
