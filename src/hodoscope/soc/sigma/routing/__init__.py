"""Routing: which rules an event may answer, and where it keeps the fields they name."""
