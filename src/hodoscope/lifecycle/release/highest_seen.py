"""The newest release each consumer has seen, kept by the consumer: an older one is refused from then on.

Whoever can write the release folder can bring back an old one with a good signature, or cut the newest off. The file
here belongs to one named owner (a service, a workstation) and should lie where the release folder's writers cannot
write.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle import atomic_files
from hodoscope.lifecycle.release.log import Entry


@dataclass(frozen=True, slots=True)
class HighestSeen:
    """``path`` holds, per task, the highest counter that ``owner`` accepted and the digest of that record."""

    path: Path
    owner: str

    def begin(self) -> None:
        """Make the file, with nothing seen. ``InputError`` when it exists: forgetting is never an accident."""
        if not self.owner.strip():
            raise InputError(f"{self.path}: name the owner, the service or machine that will serve the models")
        atomic_files.write_file(self.path, self._document({}), replace=False)

    def accept(self, entry: Entry) -> None:
        """Remember ``entry`` as seen; nothing happens for the same one again.

        :class:`TrustError` for a lower counter, for another record with the same counter, and for a file that is
        missing, broken or somebody else's.
        """
        task, counter = entry.release.task, entry.release.counter
        with self._locked():
            seen = self._read()
            highest, digest = seen.get(task, (0, ""))
            if counter < highest:
                raise TrustError(
                    f"{task}: release {counter} is older than {highest}, which {self.owner} has already seen; a "
                    "rollback is a new record (`hodoscope models rollback`)"
                )
            if counter == highest and digest != entry.digest:
                raise TrustError(f"{task}: a second release {counter} beside the one {self.owner} has already seen")
            if counter > highest:
                atomic_files.write_file(self.path, self._document({**seen, task: (counter, entry.digest)}))

    def seen(self, task: str) -> int:
        """The highest counter seen, 0 for none."""
        return self._read().get(task, (0, ""))[0]

    def _read(self) -> dict[str, tuple[int, str]]:
        try:
            document = json.loads(self.path.read_bytes())
            owner = document["owner"]
            tasks = {str(task): (int(one["counter"]), str(one["record"])) for task, one in document["tasks"].items()}
        except FileNotFoundError:
            raise TrustError(
                f"{self.path}: what {self.owner} has seen is missing; restore it, or begin anew with "
                "`hodoscope models verify TASK --begin` if this is its first start"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TrustError(f"{self.path}: cannot be read ({error!r}); restore it from your backup") from None
        if owner != self.owner:
            raise TrustError(f"{self.path}: belongs to {owner!r}, not to {self.owner!r}; give each owner its own file")
        return tasks

    def _document(self, tasks: dict[str, tuple[int, str]]) -> bytes:
        listed = {task: {"counter": counter, "record": record} for task, (counter, record) in sorted(tasks.items())}
        return (json.dumps({"owner": self.owner, "tasks": listed}, indent=1) + "\n").encode()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time, so that a slower one cannot write an older counter over a newer."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        if not lock.parent.is_dir():
            raise TrustError(f"{self.path}: no such folder; restore what {self.owner} has seen")
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
