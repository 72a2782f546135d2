"""PDF by Typst: a template of ours, data as JSON, pictures by name. What people typed is data there, never markup.

The fonts come with the packages, so that every machine prints alike; nothing is read from the network.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from engine import values

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


@cache
def _template(name: str) -> bytes:
    return files("web.printing").joinpath(f"{name}.typ").read_bytes()


def render(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The PDF of a template (`sheet`) with its data; `pictures` are files that the data name, with their extension."""
    return _compile({"main.typ": _template(template), "data.json": values.dumps(dict(data)), **pictures})


def _compile(given: Mapping[str, bytes]) -> bytes:
    """The PDF of a main.typ, which sees the other files beside it and nothing else."""
    with TemporaryDirectory(prefix="banjie-") as folder:
        for name, content in given.items():
            Path(folder, name).write_bytes(content)
        made: bytes = typst.compile(str(Path(folder, "main.typ")), root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
    return made


def opens(picture: bytes) -> bool:
    """Whether a PNG or JPEG can be drawn on paper."""
    name = "picture.png" if picture.startswith(b"\x89PNG") else "picture.jpg"
    source = f'#set page(width: 20mm, height: 20mm)\n#image("{name}", width: 100%, height: 100%)'
    try:
        _compile({"main.typ": source.encode(), name: picture})
    except typst.TypstError:
        return False
    return True
