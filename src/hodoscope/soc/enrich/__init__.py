"""Enrich: join what the operator knows (machines, people, leases, scanners, indicators) to batches of events."""
