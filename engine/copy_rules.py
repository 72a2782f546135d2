"""What a service task that sends copies of the case (抄送) draws: to whom, and with which words."""

from collections.abc import Mapping
from typing import Any

from engine.people_rules import parts

#: names and rules, with commas between
TO = "copy"
#: a text that may hold `${...}`
MESSAGE = "copy_message"
#: what a service task with the topic `copy` gives as input parameters instead
TOPIC, INPUT_TO, INPUT_MESSAGE = "copy", "to", "message"


def names_drawn(properties: Mapping[str, str]) -> list[str]:
    """The names and rules of the property, as drawn."""
    return [name.strip() for name in parts(properties.get(TO) or "") if name.strip()]


def is_by_topic(topic: str | None, inputs: list[list[Any]]) -> bool:
    """Whether a service task sends copies by its topic: an outside worker of the same topic would be given no receivers."""
    return topic == TOPIC and any(name == INPUT_TO for name, _ in inputs)
