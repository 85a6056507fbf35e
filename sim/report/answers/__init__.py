"""What a run, a comparison or a study says: each table, note and finding once, as blocks that writers lay out.

A new answer is a function that returns a `Part` (or None where there is nothing to say), and its line in the
tuple of `run.py`, `comparison.py` or `sensitivity.py`.
"""
