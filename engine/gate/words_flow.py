"""Sentences about structure: ids, flows, gateways, events, scopes and limits."""

TABLE: dict[str, tuple[str, str, str, str]] = {}
