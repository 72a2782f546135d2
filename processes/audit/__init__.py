"""Verify, replay and export what the step log holds."""
