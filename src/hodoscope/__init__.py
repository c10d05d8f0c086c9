"""Hodoscope: privacy-first security machine learning that people run themselves."""

__version__ = "0.1.0"
