"""Plots as SVG. Colours and type come from the style sheet of the page."""
