"""One figure a file; each `draw_…(run, axes=None, width=…)` returns a matplotlib `Figure`.

Without `axes` a figure of its own is made, with title, subtitle and source; with `axes` the figure is drawn
into that panel under a short title.
"""
