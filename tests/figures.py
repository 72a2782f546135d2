"""Figures that tests measure (statements killed, rounds raced), said once more at the end of the run."""

#: what was measured, in the order of the run
FIGURES: list[str] = []


def tell(figure: str) -> None:
    """Say a figure at the end of the run."""
    FIGURES.append(figure)
