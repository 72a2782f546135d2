"""The files of a deployment, from a zip or a folder: names are relative, harmless and unique."""

import io
import zipfile
from pathlib import Path, PurePosixPath

from processes.errors import Invalid

MAX_FILES = 200
MEGABYTE = 1024 * 1024
DEPLOYED = (".bpmn", ".dmn", ".xml", ".json")
Files = dict[str, bytes]


def unpack(archive: bytes, *, max_bytes: int) -> Files:
    """The files of a zip of a model folder (a folder around everything is taken off); raises Invalid for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES:
                raise Invalid("too_many_files", maximum=MAX_FILES)
            if sum(entry.file_size for entry in entries) > max_bytes:
                raise Invalid("deployment_too_large", maximum=max_bytes)
            files = {_name(entry): _content(opened, entry) for entry in entries}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as problem:
        raise Invalid("not_a_zip") from problem
    if len(files) < len(entries):
        raise Invalid("file_name_twice")
    return without_common_folder(files)


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, never more than its header says, which was added up before."""
    with opened.open(entry) as stream:
        return stream.read(entry.file_size)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: archives made in Chinese Windows carry GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def without_common_folder(files: Files) -> Files:
    """The files without the one folder that holds all of them, as archives of a folder have it."""
    firsts = {PurePosixPath(name).parts[0] if "/" in name else None for name in files}
    if len(firsts) != 1 or None in firsts:
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def read_folder(folder: Path) -> Files:
    """The files of a model folder on disk by relative name, hidden ones left out."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    relative = {path.relative_to(folder): path for path in found}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in relative.items()
        if not any(part.startswith((".", "__")) for part in name.parts)
    }


def find(path: Path) -> list[tuple[str, Files]]:
    """The deployments that a path means: a file, a model folder, or a folder of them (`_shared` first); (name, files) each."""
    if path.is_file():
        content = path.read_bytes()
        return [(path.stem, unpack(content, max_bytes=20 * MEGABYTE) if path.suffix.lower() == ".zip" else {path.name: content})]
    if is_model_folder(path):
        return [(path.name, read_folder(path))]
    inner = sorted(child for child in path.iterdir() if child.is_dir() and not child.name.startswith((".", "__")))
    # `_shared` sorts before every letter; what it holds must be there when the others are read. It may hold people alone.
    found = [(child.name, read_folder(child)) for child in inner if is_model_folder(child) or child.name == "_shared"]
    return [(name, files) for name, files in found if name != "_shared" or any(file.endswith(DEPLOYED) for file in files)]


def is_model_folder(path: Path) -> bool:
    """Whether the folder itself holds a diagram or settings of a process."""
    return any(child.suffix in (".bpmn", ".dmn", ".xml") or child.name == "process.toml" for child in path.iterdir() if child.is_file())
