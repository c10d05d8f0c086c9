"""Mirrors artifacts and releases into MLflow, where people look; it decides nothing and nothing is served from it.

Everything here follows from the signed records, so it can be done again at any time, and a lost registry is rebuilt by
mirroring once more. MLflow's telemetry is switched off before it is imported; an SQLite file is the default, a server
is reached only when its address is given.
"""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hodoscope.errors import InputError, StoreError, TrustError
from hodoscope.lifecycle import extra
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.release.record import Release

ARTIFACT = "hodoscope.artifact"
"""Tag of a registered version: the digest of its artifact."""
RELEASE = "hodoscope.release"
"""Beginning of a version's tags, one per release that names its artifact; the counter follows."""


class Alias(StrEnum):
    """Names under which people find a version."""

    CHAMPION = "champion"  # what the newest release names
    CHALLENGER = "challenger"  # trained, not yet judged
    SHADOW = "shadow"  # scoring beside the champion


def default_uri(models: Models) -> str:
    """The SQLite file beside the models."""
    return f"sqlite:///{(models.root / 'mlflow.sqlite').absolute()}"


@dataclass(frozen=True, slots=True)
class Registry:
    """MLflow at ``uri``: ``sqlite:///FILE`` or the address of a tracking server. :class:`StoreError` when it fails."""

    uri: str
    _client: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_client", _open(self.uri))

    def sync(self, models: Models, task: str) -> int:
        """Mirror the releases of ``task`` that are not there yet and move the alias ``champion``; how many were new.

        Releases whose artifact no longer verifies (a revoked trainer) are passed over, and without a valid newest
        release nothing is champion.
        """
        new = 0
        for entry in models.log(task).entries():
            with suppress(TrustError, InputError):
                new += self._mirror(entry.release, models)
        try:
            _, current = models.current(task)
        except (TrustError, InputError):
            self.clear(task, Alias.CHAMPION)
        else:
            self.point(current.artifact, Alias.CHAMPION)
        return new

    def _mirror(self, release: Release, models: Models) -> bool:
        tag = f"{RELEASE}.{release.counter:08d}"
        with _told(self.uri):
            version = self._found(release.task, release.artifact)
            if version is not None and tag in version.tags:
                return False
        artifact = models.open(release.artifact).artifact
        told = f"{release.action} by {release.who} at {release.when}: {release.why}"
        with _told(self.uri):
            version = self._version(artifact)
            self._client.set_model_version_tag(release.task, version.version, tag, told[:5000])
        return True

    def point(self, artifact: Artifact, alias: Alias) -> None:
        """Register ``artifact`` if need be and let ``alias`` name it."""
        with _told(self.uri):
            self._point(artifact.task, alias, self._version(artifact).version)

    def clear(self, task: str, alias: Alias) -> None:
        """Let ``alias`` name nothing."""
        with _told(self.uri):
            if alias in self._aliases(task):
                self._client.delete_registered_model_alias(task, alias)

    def named(self, task: str) -> dict[str, str]:
        """Alias → digest of the artifact it names."""
        with _told(self.uri):
            return {
                alias: self._client.get_model_version(task, version).tags.get(ARTIFACT, "")
                for alias, version in self._aliases(task).items()
            }

    def _point(self, task: str, alias: Alias, version: object) -> None:
        if str(self._aliases(task).get(alias)) != str(version):
            self._client.set_registered_model_alias(task, alias, version)

    def _aliases(self, task: str) -> Mapping[str, Any]:
        known = self._client.search_registered_models(f"name = '{task}'")
        return dict(known[0].aliases) if known else {}

    def _found(self, task: str, digest: str) -> Any:
        """The registered version of an artifact; None when there is none."""
        found = self._client.search_model_versions(f"name = '{task}' and tags.`{ARTIFACT}` = '{digest}'")
        return found[0] if found else None

    def _version(self, artifact: Artifact) -> Any:
        """The registered version of an artifact, made with its run (figures and settings) when it is not there."""
        if not self._client.search_registered_models(f"name = '{artifact.task}'"):
            self._client.create_registered_model(artifact.task)
        if self._found(artifact.task, artifact.digest) is None:
            where = f"hodoscope:artifacts/{artifact.digest}"
            tags = {ARTIFACT: artifact.digest}
            self._client.create_model_version(artifact.task, where, self._run(artifact), tags=tags)
        return self._found(artifact.task, artifact.digest)

    def _run(self, artifact: Artifact) -> str:
        experiment = self._client.get_experiment_by_name(artifact.task)
        number = experiment.experiment_id if experiment else self._client.create_experiment(artifact.task)
        run = str(self._client.create_run(number, tags={ARTIFACT: artifact.digest}).info.run_id)
        for name, metric in artifact.evaluation.metrics.items():
            for end, value in (("", metric.value), ("_low", metric.low), ("_high", metric.high)):
                self._client.log_metric(run, f"{_key(name)}{end}", value)
        facts = {"seed": artifact.seed, "code_version": artifact.code_version, **artifact.settings}
        facts |= {f"data.{use.name}": use.content_hash for use in artifact.datasets}
        for name, fact in facts.items():
            self._client.log_param(run, _key(name), str(fact)[:500])
        self._client.set_terminated(run)
        return run


def _key(name: str) -> str:
    """A name as MLflow allows it: letters, digits, and ``_-. /``."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_-. /") else "_" for letter in name)


def _open(uri: str) -> Any:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # it is on by default and would leave the machine
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    if uri.startswith("sqlite:///"):
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    with _told(uri):
        return extra.load("mlflow.tracking").MlflowClient(uri, uri)


@contextmanager
def _told(uri: str) -> Iterator[None]:
    """Turns whatever MLflow and its database raise into a :class:`StoreError` that names the registry."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside MLflow and SQLAlchemy are theirs to mend
            yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("mlflow", "sqlalchemy", "sqlite3", "requests", "alembic"):
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreError(f"MLflow at {uri}: {reason}; releases are not affected, mirror again later") from error
