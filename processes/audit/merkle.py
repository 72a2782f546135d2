"""Merkle trees over the ends of cases, in the shape of RFC 6962: a leaf and a node can never be taken for one another, no leaf is doubled.

The root is made while leaves stream by; a path leads from one leaf to the root, so that a case is proved without the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from processes import chain

LEAF, NODE = b"\x00", b"\x01"


def leaf(algorithm: str, instance_id: bytes, last_seq: int, last_hash: bytes) -> bytes:
    """The leaf of a case: its id, the seq of its last step and that step's hash, each with its length before it."""
    parts = (instance_id, str(last_seq).encode(), last_hash)
    return digest(algorithm, LEAF + b"".join(len(part).to_bytes(8, "big") + part for part in parts))


def node(algorithm: str, left: bytes, right: bytes) -> bytes:
    """The node over two others."""
    return digest(algorithm, NODE + left + right)


def digest(algorithm: str, content: bytes) -> bytes:
    """The digest of some bytes."""
    made = chain.DIGESTS[algorithm]()
    made.update(content)
    return bytes.fromhex(made.hexdigest())


class Root:
    """Makes the root while leaves are added in order; holds no more than one hash a level."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self._whole: list[tuple[int, bytes]] = []
        self.leaves = 0

    def add(self, new: bytes) -> None:
        """The next leaf."""
        self.leaves += 1
        size = 1
        while self._whole and self._whole[-1][0] == size:
            _, left = self._whole.pop()
            size, new = size * 2, node(self.algorithm, left, new)
        self._whole.append((size, new))

    def hexdigest(self) -> str:
        """The root of the leaves so far; of none, the digest of nothing."""
        if not self._whole:
            return digest(self.algorithm, b"").hex()
        *others, (_, root) = self._whole
        for _, left in reversed(others):
            root = node(self.algorithm, left, root)
        return root.hex()


@dataclass(frozen=True, slots=True)
class Beside:
    """A hash beside the way from a leaf to the root, and on which side it stands."""

    side: str
    hash: str


def path(algorithm: str, leaves: Sequence[bytes], index: int) -> list[Beside]:
    """The hashes beside the way from a leaf up to the root."""
    if len(leaves) < 2:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*path(algorithm, left, index), Beside("right", _root(algorithm, right))]
    return [*path(algorithm, right, index - split), Beside("left", _root(algorithm, left))]


def _root(algorithm: str, leaves: Sequence[bytes]) -> str:
    made = Root(algorithm)
    for one in leaves:
        made.add(one)
    return made.hexdigest()
