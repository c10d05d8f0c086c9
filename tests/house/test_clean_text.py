"""What we publish names no package registry and no machine."""

import re

from tests.house.source_tree import REPOSITORY, kept_files, shown

# One letter of each word stands in brackets, so that this file does not match itself.
REGISTRIES = r"pyth[o]nhosted|py[p]i[.](org|python)|n[p]mjs[.](org|com)|deb[.]deb[i]an|m[a]ven[.](org|apache)"
MORE_REGISTRIES = r"cr[a]tes[.]io|gol[a]ng[.]org/"
MACHINE_PATHS = r"(^|[^a-z.])/(w[o]rk|f[a]rm)/(main|steering|in|[.]lib)|/r[o]ot/"
UNWANTED = re.compile(f"{REGISTRIES}|{MORE_REGISTRIES}|{MACHINE_PATHS}", re.IGNORECASE)


def test_no_registry_and_no_machine_path() -> None:
    """Remedy: a relative path, an option, or nothing."""
    found = []
    for path in kept_files():
        content = path.read_bytes()
        if path.suffix == ".svg" or b"\0" in content[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if UNWANTED.search(line):
                found.append(f"{shown(path)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_locks_hold_hashes_and_no_address() -> None:
    """Every locked package has a hash and none says where to get it; remedy: ``make lock``."""
    locks = sorted((REPOSITORY / "requirements").glob("*.txt"))
    assert len(locks) >= 3
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        pins = re.findall(r"^[a-z0-9][\w.\[\],-]*==.*$", text, re.MULTILINE)
        assert pins, lock.name
        assert all(pin.endswith("\\") for pin in pins), f"{lock.name}: a package without a hash"


def test_no_committed_file_is_large() -> None:
    """Fetched data and build results stay outside; remedy: read it from ``HODOSCOPE_DATA``."""
    assert {shown(path): path.stat().st_size for path in kept_files() if path.stat().st_size > 1_500_000} == {}
