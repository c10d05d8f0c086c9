"""Detectors: events in time order go in, explained findings come out."""
