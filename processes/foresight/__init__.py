"""Foreseeing where a case would go: dry runs of the engine that store nothing."""
