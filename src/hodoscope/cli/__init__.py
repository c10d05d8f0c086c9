"""The command line: wiring only. Heavy modules are imported inside the commands, so that ``--help`` is quick."""
