"""Studies over several runs: what differs between scenarios, and what matters most in one."""
