"""One replication of a plan as SimPy processes."""
