"""The gate before a deployment: checks that find what cannot be executed as drawn, and say what to draw instead."""
