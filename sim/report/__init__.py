"""Figures and the terminal table: what a run says, in the words and pictures of a planner."""
