"""Where the real data sets are, if they are on this machine."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED = "real-data tests skipped: ../shared/data not present"


def find_shared_data() -> Path | None:
    """``HODOSCOPE_DATA`` when set, else ``../shared/data`` beside the repository; None when that folder is absent."""
    configured = os.environ.get("HODOSCOPE_DATA")
    path = Path(configured) if configured else REPOSITORY.parent / "shared" / "data"
    return path.resolve() if path.is_dir() else None
