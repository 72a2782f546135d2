"""Outgoing work, one file a kind."""
