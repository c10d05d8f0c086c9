"""The Sigma detector of a command, and a new one whenever rule files change while logs are followed."""

import sys
from collections.abc import Mapping

from hodoscope.errors import HodoscopeError
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule_files import RuleFiles


class RuleWatch:
    """``detector`` has the rules as they were when last looked at; a broken edit never takes a working rule away."""

    def __init__(self, files: RuleFiles, mappings: Mapping[str, FormatMapping]) -> None:
        self._files, self._router = files, shipped_router(mappings)
        self._stamp = files.stamp()
        self._rules = files.load()
        self.detector = self._built()

    def changed(self) -> SigmaDetector | None:
        """A detector with the rules as they are now; None while nothing changed, or what changed cannot be used."""
        stamp = self._files.stamp()
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            reloaded = self._files.reload(self._rules)
            if reloaded.error:
                _say(f"{reloaded.error} (the former rules stay in force)")
                return None
            self._rules = reloaded.rules
            self.detector = self._built()
        except HodoscopeError as error:
            _say(f"{error} (the former rules stay in force)")
            return None
        kept = f", {len(reloaded.kept)} of them as they were before a broken edit" if reloaded.kept else ""
        rules = self.detector.rules
        _say(f"{len(rules.rules):,} rules and {len(rules.correlations):,} correlations loaded{kept}")
        return self.detector

    def _built(self) -> SigmaDetector:
        tuned = self._files.tune(self._rules)
        for name in tuned.unknown:
            _say(f"{self._files.tuning}: no loaded rule or pack is called {name!r}; see `hodoscope soc rules list`")
        return SigmaDetector(tuned.rules, self._router, tuned.muted)


def _say(text: str) -> None:
    sys.stderr.write(f"rules: {text}\n")
