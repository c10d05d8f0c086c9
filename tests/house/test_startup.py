"""``hodoscope --help`` answers at once because it imports nothing heavy."""

import subprocess
import sys

HEAVY = ("pyarrow", "chdb", "polars", "pandas", "numpy", "clickhouse_connect", "evtx")
LOOP_SECONDS = 0.05
"""What the loop below takes where half a second was measured: a slower or busier machine gets more."""
SCRIPT = """
import contextlib, io, sys, time
began = time.process_time()
sum(number * number for number in range(1_000_000))
loop = time.process_time() - began
sys.argv = ["hodoscope", "--help"]
began = time.process_time()
from hodoscope.cli.app import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(loop, time.process_time() - began, *sorted(sys.modules))
"""


def test_help_imports_nothing_heavy_and_answers_at_once() -> None:
    """Remedy: import inside the command's function in ``cli/``. CPU seconds, the best of up to three runs."""
    seconds = []
    for _ in range(3):
        run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
        loop, help_seconds, *loaded = run.stdout.split()
        assert sorted(set(HEAVY) & set(loaded)) == []
        seconds.append(float(help_seconds) * min(1, LOOP_SECONDS / float(loop)))
        if seconds[-1] < 0.5:
            break
    assert min(seconds) < 0.5
