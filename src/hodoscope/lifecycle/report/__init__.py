"""One self-contained HTML page and the same as JSON: plots as SVG, light, dark and in print, without a script."""
