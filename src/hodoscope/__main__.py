"""``python -m hodoscope``."""

from hodoscope.cli.app import main

main()
