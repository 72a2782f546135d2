"""The HTTP API, /api/v1: one module and blueprint per noun."""
