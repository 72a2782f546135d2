"""SM3 (GB/T 32905-2016) in plain Python, for a Python whose OpenSSL has none, and for the script that checks an exported case alone.

It needs nothing but the language: an export copies the class into its `verify.py`.
"""


class Sm3:
    """A digest in the shape of hashlib's: `update`, `hexdigest`."""

    START: tuple[int, ...] = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
    MASK = 0xFFFFFFFF
    BLOCK = 64

    def __init__(self, content: bytes = b"") -> None:
        self._state = self.START
        self._rest = b""
        self._length = 0
        self.update(content)

    def update(self, content: bytes) -> None:
        """Feed bytes."""
        self._length += len(content)
        waiting = self._rest + content
        whole = len(waiting) - len(waiting) % self.BLOCK
        for place in range(0, whole, self.BLOCK):
            self._state = self._compressed(self._state, waiting[place : place + self.BLOCK])
        self._rest = waiting[whole:]

    def hexdigest(self) -> str:
        """The digest of what was fed, as 64 hexadecimal digits."""
        padding = b"\x80" + b"\x00" * ((55 - self._length) % self.BLOCK) + (self._length * 8).to_bytes(8, "big")
        state, last = self._state, self._rest + padding
        for place in range(0, len(last), self.BLOCK):
            state = self._compressed(state, last[place : place + self.BLOCK])
        return "".join(f"{word:08x}" for word in state)

    @classmethod
    def _compressed(cls, state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
        words = cls._expanded(block)
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = cls._turned((cls._turned(a, 12) + e + cls._turned(constant, j % 32)) & cls.MASK, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ cls._turned(a, 12)) + (words[j] ^ words[j + 4])) & cls.MASK
            tt2 = (gg + h + ss1 + words[j]) & cls.MASK
            a, b, c, d = tt1, a, cls._turned(b, 9), c
            e, f, g, h = tt2 ^ cls._turned(tt2, 9) ^ cls._turned(tt2, 17), e, cls._turned(f, 19), g
        new = (a, b, c, d, e, f, g, h)
        return tuple(state[place] ^ new[place] for place in range(8))

    @classmethod
    def _expanded(cls, block: bytes) -> list[int]:
        words = [int.from_bytes(block[place : place + 4], "big") for place in range(0, cls.BLOCK, 4)]
        for j in range(16, 68):
            mixed = words[j - 16] ^ words[j - 9] ^ cls._turned(words[j - 3], 15)
            mixed ^= cls._turned(mixed, 15) ^ cls._turned(mixed, 23)
            words.append(mixed ^ cls._turned(words[j - 13], 7) ^ words[j - 6])
        return words

    @staticmethod
    def _turned(word: int, by: int) -> int:
        return (word << by | word >> (32 - by)) & 0xFFFFFFFF if by else word
