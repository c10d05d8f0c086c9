"""Ordinary life of the company: one file per kind of activity, none of them an attack."""
