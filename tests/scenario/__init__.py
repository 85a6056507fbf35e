"""Tests of the room `sim.scenario`."""
