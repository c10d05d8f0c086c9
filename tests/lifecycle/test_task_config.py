"""A task's file is read whole or refused with the place."""

import pytest
from examples.learn_regions import CONFIG

from hodoscope.errors import InputError
from hodoscope.lifecycle.task_config import TaskConfig


def test_card_gate_and_retraining_are_in_one_file() -> None:
    """What is left out has its default."""
    config = TaskConfig.from_toml(CONFIG, "regions.toml")
    assert config.gate.headline == "auc"
    assert (config.retrain.schedule.every_days, config.retrain.labels.author) == (30, "analyst")
    assert config.retrain.schedule.on_drift


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[card", "not TOML"),
        ("[deploy]\n", r"unknown \['deploy'\]"),
        ("gate = 1\n", r"\[gate\]"),
        (CONFIG.replace("owner =", "ower ="), r"regions.toml: card: missing \['owner'\]"),
        (CONFIG.replace("every_days", "every_day"), "regions.toml: retrain: .*every_day"),
        (CONFIG.replace('item = "item"', "item = 3"), "regions.toml: retrain.labels.item: 3 is not text"),
        (CONFIG.replace("[retrain.labels]", "labels = 1\n[other]"), "unknown"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    """File, table and key."""
    with pytest.raises(InputError, match=message):
        TaskConfig.from_toml(text, "regions.toml")
