"""Normalisers: raw records become event tables by mapping files."""
