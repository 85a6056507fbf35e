"""Forecasts that are written down before, and scored after.

`statement` says what a run forecasts, `sealing` writes it with a digest that shows any change, `observed` reads
what happened from a later history, `scoring` compares the two, and `calibration` looks at many.
"""
