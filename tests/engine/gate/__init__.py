"""The gate before a deployment."""
