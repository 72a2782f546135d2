"""Registers (台账): rows that outlive a case."""
