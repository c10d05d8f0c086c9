"""Looks for what gives the label away: ``scan.py`` is the main path, one file per kind of leak."""
