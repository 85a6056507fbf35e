"""Many replications: spans of numbers played on any executor, stored block by block, resumed and extended.

`sim.batch.running.run` is the way in; `sim.batch.rerunning.replication_rerun` plays one replication alone.
"""
