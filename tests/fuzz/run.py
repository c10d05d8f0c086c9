"""``python -m tests.fuzz.run NAME [SECONDS]``: drive one target for a while; without a name, list them.

With atheris installed (optional, no dependency of ours: coverage-guided, best on Linux) its own options may follow the
name, such as ``-max_total_time=600``. Without it, seeded random damages of valid samples run for SECONDS (60).
"""

import importlib
import importlib.util
import sys
import time
from random import Random

from tests.fuzz.mutations import damaged
from tests.fuzz.samples import seeds
from tests.fuzz.targets import FUZZ_TARGETS, Target


def guided(target: Target, arguments: list[str]) -> None:
    """Hand the target to atheris; returns never."""
    atheris = importlib.import_module("atheris")
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *arguments], target)
    atheris.Fuzz()


def random_for(name: str, seconds: float, seed: int = 0) -> int:
    """Damaged samples until the time is over; how many. What broke the target is named before the error goes on."""
    dice, started, count = Random(seed), time.monotonic(), 0
    known = seeds(name)
    while time.monotonic() - started < seconds:
        data = b"\n".join(damaged(dice.choice(known), dice) for _ in range(dice.randint(1, 3)))
        try:
            FUZZ_TARGETS[name](data)
        except BaseException:
            sys.stderr.write(f"{name} broke on its input {count} of seed {seed}: {data!r}\n")
            raise
        count += 1
    return count


def main() -> None:
    """See the module's text."""
    if len(sys.argv) < 2 or sys.argv[1] not in FUZZ_TARGETS:
        sys.exit("usage: python -m tests.fuzz.run NAME [SECONDS]; names:\n  " + "\n  ".join(FUZZ_TARGETS))
    name, rest = sys.argv[1], sys.argv[2:]
    if importlib.util.find_spec("atheris"):
        guided(FUZZ_TARGETS[name], rest)
    else:
        seconds = float(rest[0]) if rest else 60
        sys.stdout.write(f"atheris is not installed: random damages of samples for {seconds:g} s\n")
        sys.stdout.write(f"{random_for(name, seconds):,} inputs, none broke {name}\n")


if __name__ == "__main__":
    main()
