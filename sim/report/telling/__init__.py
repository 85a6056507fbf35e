"""What is told in prose: a scenario explained, a replication traced, values with where they come from."""
