"""Hunting: rules over the events that are stored, with the verdicts that streaming gives."""
