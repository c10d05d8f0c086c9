"""Attacks woven into ordinary life: one file per campaign, every event marked with its step and ATT&CK technique."""
