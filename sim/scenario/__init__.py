"""What a planner writes: the schema of a scenario file, loading, named checks, and the ledger of sources."""
