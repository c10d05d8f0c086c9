"""Each module prints one table: ``python -m benchmarks.NAME [--data DIR] [--json FILE]``."""
