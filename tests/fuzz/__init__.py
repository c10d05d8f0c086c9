"""Fuzz targets for every parser, every shipped mapping and every framing, and the ways to drive them."""
