"""Stored runs read back as tidy tables and statistics.

What every function here agrees on:

* A *replication* counts if it finished; failed ones are left out of every number.
* Time is whole seconds since 00:00 of the scenario's start. The end of a day is its last second: everything
  that happened at an earlier instant or at that one counts, nothing of the next day does.
* An instant is read after its last round. Rounds within one instant are not seen by any statistic.
* Troops are whole numbers. A quantile of troops or of dates is the smallest value that at least that share of
  the replications do not exceed (numpy's `inverted_cdf`): always a value that occurred, and "never" is one of
  them.
* Dates in tables are `datetime64`, `NaT` meaning never; a single date is a `datetime.date`, `None` meaning
  never.
"""
