"""A consistent copy of a PostgreSQL database by PostgreSQL's own programs, which must be on PATH and as new as the server."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url

from processes.errors import Refused


class CopyFailed(Refused):
    """`pg_dump` or `pg_restore` is not there, or failed; `values` hold what it said."""


def dump(url: str, target: Path) -> None:
    """Write the database into a file, as it is at one moment, beside whoever writes."""
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)


def load(url: str, source: Path) -> None:
    """Put a copy into an empty database, as a whole or not at all."""
    _run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source)], url)


def readable(source: Path) -> bool:
    """Whether the file is a whole copy: its list of contents can be read."""
    listing = ["pg_restore", "--list", str(source)]
    done = subprocess.run(listing, capture_output=True, check=False)  # noqa: S603 - no shell, a path of our own
    return done.returncode == 0


def is_empty(url: str) -> bool:
    """Whether the database holds no table."""
    engine = create_engine(url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _run(command: list[str], url: str) -> None:
    """Run a program over the database; the password goes through the environment, where no list of processes shows it."""
    address = make_url(url)
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    environ = {**os.environ, **secret}
    try:
        done = subprocess.run([*command, f"--dbname={plain}"], env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError as problem:
        raise CopyFailed("program_missing", program=command[0]) from problem
    if done.returncode != 0:
        raise CopyFailed("copy_failed", program=command[0], said=done.stderr.strip().splitlines()[-1][:300] if done.stderr.strip() else "")
