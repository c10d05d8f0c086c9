"""One process that judges a log file and nothing else: how fast, and the most memory it ever held.

``python -m benchmarks.sigma_stream FILE [--data DIR]`` prints one JSON object; :mod:`benchmarks.sigma` starts it.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.sigma_inputs import rules_of
from hodoscope.cli.startup import keep_pandas_out
from hodoscope.soc.file_hunt import FileHunt
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sources.discover import discover


def streamed(path: Path, data: Path) -> dict[str, float]:
    """What a process of its own tells: events, hits, events per CPU second (cold), MB resident at most."""
    command = [sys.executable, "-m", "benchmarks.sigma_stream", str(path), "--data", str(data)]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def largest_megabytes() -> float:
    """The most memory this program ever held resident.

    ``ru_maxrss`` would not do: on Linux a new program inherits that of the process it was started from.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def main() -> None:
    """Judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--data", default="../shared/data")
    args = parser.parse_args()
    keep_pandas_out()
    hunt = FileHunt(rules_of(Path(args.data)).rules, shipped_mappings())
    begin, events, hits = time.process_time(), 0, 0
    for judged in hunt.run(discover([args.file])):
        events += len(judged.positions)
        hits += len(judged.hits)
    seconds = time.process_time() - begin
    memory = largest_megabytes()
    print(json.dumps({"events": events, "hits": hits, "rate": events / seconds, "memory_mb": memory}))


if __name__ == "__main__":
    main()
