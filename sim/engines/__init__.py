"""Who plays a compiled plan: SimPy, the reference that people read, or its compiled twin.

An engine plays a span of replications of a plan and returns columns (`sim.engines.engine.Engine`). Whatever
plays goes through one, and none changes a byte of what is stored: the manifest does not say which it was.
"""
