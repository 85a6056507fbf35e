"""The public kit for property tests of rules and scenarios; it needs Hypothesis (the extra `test`)."""
