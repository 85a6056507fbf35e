"""Wrong numbers in the right places, and right words in the wrong case: does a test notice each?

Run as `python -m tests.mutants [part of a file's name]`. Each mutant is a change of one line of a file of
`sim/report`, `sim/words`, `sim/studies` or `sim/results`, applied to a copy in memory; then the quick tests of its
room are run in a process of their own until one fails. What survives is printed, and the exit code says so.
"""
