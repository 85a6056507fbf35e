"""A report as a value: what it says (here), apart from how it is set (`sim.report.writers`)."""
