"""Kinds of model compared on the same folds under one budget: ``comparison.py`` is the main path."""
