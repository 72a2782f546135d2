"""Small drawings for paper as SVG: the round seal, and the QR code that leads back to a case."""

from html import escape

import segno

#: the seal's red (ui: --seal)
RED = "#c8281e"
#: degrees between two characters of a seal, and at most for all of them
STEP, SPAN = 26, 260
_STAR = "M60 44l4.2 12.9h13.6l-11 8 4.2 12.9-11-8-11 8 4.2-12.9-11-8h13.6z"


def seal(name: str) -> str:
    """The round seal of an office: its name around a star, in a drawing of 120 by 120."""
    letters = [one for one in name if not one.isspace()]
    span = min(SPAN, STEP * max(len(letters) - 1, 0))
    step = span / (len(letters) - 1) if len(letters) > 1 else 0
    around = "".join(
        f'<text transform="rotate({place * step - span / 2:.2f} 60 60)" x="60" y="23" font-size="14" font-weight="700"'
        f' text-anchor="middle" font-family="Noto Serif SC, Noto Serif CJK SC, SimSun, serif" fill="{RED}">{escape(letter)}</text>'
        for place, letter in enumerate(letters)
    )
    ring = f'<circle cx="60" cy="60" r="56" fill="none" stroke="{RED}" stroke-width="3.5"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">{ring}{around}<path fill="{RED}" d="{_STAR}"/></svg>'


def qr_code(text: str) -> tuple[int, str]:
    """A QR code (ISO/IEC 18004, error correction M) as the length of its side and the path of its dark modules."""
    code = segno.make(text, micro=False, error="m", boost_error=False)
    rows = list(code.matrix)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path


def qr_svg(text: str) -> str:
    """The QR code as a drawing of its own, with the quiet zone that the standard asks for."""
    side, path = qr_code(text)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {side + 8} {side + 8}"><path d="{path}"/></svg>'
