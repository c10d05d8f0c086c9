"""What a task hands over after training."""

import json
from typing import cast

from hodoscope.lifecycle.model import Model
from hodoscope.lifecycle.task import Trained


def test_what_goes_into_an_artifact_has_a_form_in_json() -> None:
    """A task that sets nothing but its model hands over empty objects, not None."""
    trained = Trained(cast("Model", object()))
    assert json.dumps([trained.thresholds, trained.preprocessing, trained.settings]) == "[{}, {}, {}]"
