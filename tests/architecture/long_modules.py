"""`python -m tests.architecture.long_modules`: the modules that may hold a second subject."""

from tests.architecture.sources import lengths

WORTH_A_LOOK = 400


def report() -> str:
    """One line a module of more than 400 lines, longest first."""
    long = [f"{count:5}  {path}" for count, path in lengths() if count > WORTH_A_LOOK]
    return "\n".join(long) if long else f"no module is longer than {WORTH_A_LOOK} lines"


if __name__ == "__main__":
    print(report())  # noqa: T201
