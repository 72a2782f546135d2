"""Decisions: DMN tables and expressions read from a file, kept as JSON, and made with all that led to the answer."""

from engine.decisions.decision import Decision
from engine.decisions.errors import DecisionFailed, Problem
from engine.decisions.model import DecisionResult
from engine.decisions.reading import is_dmn, read

__all__ = ["Decision", "DecisionFailed", "DecisionResult", "Problem", "is_dmn", "read"]
