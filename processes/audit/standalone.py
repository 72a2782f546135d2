"""Check an exported case without Banjie: 核对导出的办件，不需要办结系统。

    python3 -I verify.py [ZIP|FOLDER] [--head HASH] [--digest HASH] [--steps]

Needs nothing but Python 3.8 or newer and its standard library. Without a name it checks the folder that it lies in.
--head     the hash of a daily head that you kept: it must be among those that seal this case
--digest   the digest of the export, as told when it was made and as the office's acts record it
--steps    print the steps besides, unpacked: seq, moment, who, and {context, events, trigger} as JSON
Exit status: 0 as it was written, 1 bent (with the place), 2 wrong usage.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from processes.sm3 import Sm3

START = "0" * 64
MANIFEST = "manifest.json"
USAGE = "python3 -I verify.py [ZIP|FOLDER] [--head HASH] [--digest HASH] [--steps]"
#: the dictionaries that steps are packed with, by SHA-256: what a packed step says depends on them
DICTIONARIES = {"deflate-1": "602de8568f7449ac9b95a3ae6b59ea813ff735153cd9315a1ee5e29eba912652"}
#: no step unpacks to more
MOST = 16 * 1024 * 1024


class Bent(Exception):
    """Something is not as it was written: the place, and what it is in both languages."""

    def __init__(self, place: str, chinese: str, english: str) -> None:
        super().__init__(f"{place}: {chinese} / {english}")


def digest(algorithm: Any, content: bytes, place: str) -> str:
    """The digest by the algorithm that a row names."""
    if algorithm == "sha256":
        return hashlib.sha256(content).hexdigest()
    if algorithm == "sm3":
        made = Sm3()
        made.update(content)
        return made.hexdigest()
    raise Bent(place, f"不认识的算法 {algorithm!r}", f"unknown algorithm {algorithm!r}")


def sized(content: bytes) -> bytes:
    """Bytes with their length before them."""
    return len(content).to_bytes(8, "big") + content


def row_hash(row: dict[str, Any], place: str, previous: str | None = None) -> str:
    """The hash that a stored row must have: over the hash before it and all its columns but those with `hash` in their name."""
    parts = [sized(str(row.get("previous_hash") if previous is None else previous).encode())]
    for name in sorted(row):
        value = row[name]
        if "hash" in name or value is None:
            continue
        if isinstance(value, dict):
            parts += [sized(name.encode()), b"b", sized(stored_bytes(value, name, place))]
            continue
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise Bent(place, f"{name} 不是文字、整数或字节", f"{name} is no text, no integer and no bytes")
        tag = b"s" if isinstance(value, str) else b"i"
        parts += [sized(name.encode()), tag, sized(str(value).encode("utf-8", "surrogatepass"))]
    return digest(row.get("algorithm") or "sha256", b"".join(parts), place)


def stored_bytes(value: Any, name: str, place: str) -> bytes:
    """Bytes of a column, which stand here as {"base64": "…"}."""
    try:
        if set(value) != {"base64"}:
            raise ValueError(name)
        content = base64.b64decode(value["base64"], validate=True)
        if base64.b64encode(content).decode() != value["base64"]:
            raise ValueError(name)
    except (TypeError, ValueError) as problem:
        raise Bent(place, f"{name} 不是字节", f"{name} is no bytes") from problem
    return content


def held(row: dict[str, Any], files: Files, place: str) -> bytes:
    """What a step holds as JSON, {context, events, trigger}: unpacked, or from the three columns of a step that is not packed."""
    codec, content = row.get("codec"), row.get("content")
    if codec is None and content is None:
        return '{{"context":{},"events":{},"trigger":{}}}'.format(*(row[name] for name in ("context", "events", "trigger"))).encode()
    reader = zlib.decompressobj(-15, zdict=files.dictionary(codec, place))
    try:
        plain = reader.decompress(stored_bytes(content, "content", place), MOST)
    except zlib.error as problem:
        raise Bent(place, "解不开", "cannot be unpacked") from problem
    if not reader.eof or reader.unused_data:
        raise Bent(place, "解不开：不完整、过长或过大", "cannot be unpacked: cut, longer than it was, or too large")
    document = loaded(plain, place)
    if not isinstance(document, dict) or set(document) != {"context", "events", "trigger"} or "kind" not in document["trigger"]:
        raise Bent(place, "不是一步的内容", "is not what a step holds")
    shown = loaded(row["trigger"].encode(), place)
    if (shown, row["context"], row["events"]) != ({"kind": document["trigger"]["kind"]}, "{}", "[]"):
        raise Bent(place, "明文与打包的内容不同", "what stands in the open is not what is packed")
    return plain


class Files:
    """The files of the export, in a zip or in a folder."""

    def __init__(self, path: Path) -> None:
        self._zip = None if path.is_dir() else zipfile.ZipFile(path)
        self._folder = path
        if self._zip is not None:
            listed = [one.filename for one in self._zip.infolist() if not one.is_dir()]
        else:
            listed = [one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()]
        self.names = set(listed)
        if len(listed) != len(self.names):
            raise Bent("zip", "有两个同名的文件", "two files have one name")

    def read(self, name: str) -> bytes:
        """The content of a file."""
        if name not in self.names:
            raise Bent(name, "缺少", "missing")
        if self._zip is None:
            return (self._folder / name).read_bytes()
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError) as problem:
            raise Bent(name, "读不出来", f"cannot be read ({problem})") from problem

    def document(self, name: str) -> Any:
        """A JSON document."""
        return loaded(self.read(name), name)

    def dictionary(self, codec: Any, place: str) -> bytes:
        """The dictionary of a codec."""
        if codec not in DICTIONARIES:
            raise Bent(place, f"不认识的打包方式 {codec!r}", f"packed in a way that is not known: {codec!r}")
        name = f"codecs/{codec}.txt"
        content = self.read(name)
        if hashlib.sha256(content).hexdigest() != DICTIONARIES[codec]:
            raise Bent(name, "不是打包时用的字典", "is not the dictionary that steps were packed with")
        return content


def loaded(content: bytes, place: str) -> Any:
    """A JSON document whose keys are there once."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise Bent(place, "有两个同名的项", "two members have one name")
        return made

    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as problem:
        raise Bent(place, "不是 JSON", "is no JSON") from problem


def check_manifest(files: Files, wanted: str | None) -> str:
    """Every file is the one that was exported, none is missing and none was added; gives the digest of the whole."""
    content = files.read(MANIFEST)
    listed = loaded(content, MANIFEST)["files"]
    for name in sorted(listed):
        if hashlib.sha256(files.read(name)).hexdigest() != listed[name]:
            raise Bent(name, "被改动", "changed")
    for name in sorted(files.names - set(listed) - {MANIFEST}):
        raise Bent(name, "多出来的文件", "a file that was added")
    whole = hashlib.sha256(content).hexdigest()
    if wanted is not None and whole != wanted:
        raise Bent(MANIFEST, f"不是留存的那份导出（{whole}）", f"is not the export whose digest was kept ({whole})")
    return whole


def check_steps(files: Files, proof: dict[str, Any]) -> dict[int, str]:
    """The chain of the steps from the first to the end that the case remembers; gives the hash of each."""
    hashes: dict[int, str] = {}
    previous = START
    for number, line in enumerate(files.read("steps.jsonl").splitlines(), 1):
        place = f"steps.jsonl seq {number}"
        row = loaded(line, place)
        if row.get("instance_id") != proof["case"]["id"]:
            raise Bent(place, "属于另一件", "belongs to another case")
        if row.get("seq") != number or isinstance(row.get("seq"), bool):
            raise Bent(
                place,
                f"缺少、多出或调换了次序（这里是 {row.get('seq')!r}）",
                f"missing, added or out of order (here is {row.get('seq')!r})",
            )
        # a packed step leaves it to the row before
        if row.get("previous_hash") not in (previous, previous if row.get("codec") is None else ""):
            raise Bent(place, "与前一步接不上", "does not follow the step before")
        if row_hash(row, place, previous) != row.get("hash"):
            raise Bent(place, "内容与它的哈希值不符", "its content does not have its hash")
        previous = hashes[number] = row["hash"]
    end = proof["case"]
    if proof["seal"] is None and (len(hashes), previous) != (end["last_seq"], end["last_hash"]):
        raise Bent(f"steps.jsonl seq {len(hashes)}", f"末尾不是第 {end['last_seq']} 步", f"the end is not step {end['last_seq']}")
    return hashes


def check_attachments(files: Files) -> int:
    """Every file that a step says to have come with it is here, the same bytes; gives how many."""
    here = {name.split("/")[1].split("-")[0]: name for name in files.names if name.startswith("attachments/")}
    told = 0
    for number, line in enumerate(files.read("steps.jsonl").splitlines(), 1):
        place = f"steps.jsonl seq {number}"
        events = loaded(held(json.loads(line), files, place), place)["events"]
        for one in [one for event in events if event["type"] == "attachments_kept" for one in event["details"]["files"]]:
            told += 1
            if one["id"] not in here:
                raise Bent(place, f"缺少它的附件 {one['id']}", f"its attachment {one['id']} is missing")
            if hashlib.sha256(files.read(here[one["id"]])).hexdigest() != one["sha256"]:
                raise Bent(here[one["id"]], f"不是第 {number} 步收下的那份附件", f"is not the file that came with step {number}")
    return told


def check_heads(proof: dict[str, Any], wanted: str | None) -> dict[int, dict[str, Any]]:
    """The chain of the daily heads from the first that seals this case; gives them by number."""
    heads: dict[int, dict[str, Any]] = {}
    before: dict[str, Any] | None = None
    for head in proof["heads"]:
        place = f"proof.json head {head.get('seq')}"
        if row_hash(head, place) != head.get("hash"):
            raise Bent(place, "内容与它的哈希值不符", "its content does not have its hash")
        if before is not None and (head["seq"], head["previous_hash"]) != (before["seq"] + 1, before["hash"]):
            raise Bent(place, "与前一个接不上", "does not follow the one before")
        before = heads[head["seq"]] = head
    if wanted is not None and wanted not in {head["hash"] for head in heads.values()}:
        raise Bent("proof.json heads", "留存的每日总哈希不在其中", "the daily head that was kept is not among them")
    return heads


def check_leaves(proof: dict[str, Any], hashes: dict[int, str], heads: dict[int, dict[str, Any]]) -> int:
    """Each head that seals this case holds the step that it says; gives the last step that is sealed."""
    sealed = 0
    known = dict(hashes)
    if proof["seal"] is not None:
        known[proof["seal"]["last_seq"]] = proof["seal"]["last_hash"]
    for leaf in proof["leaves"]:
        place = f"proof.json leaf {leaf['last_seq']}"
        if proof["seal"] is None and known.get(leaf["last_seq"]) != leaf["last_hash"]:
            raise Bent(place, "与那一步的哈希值不同", "is not the hash of that step")
        if known.get(leaf["last_seq"], leaf["last_hash"]) != leaf["last_hash"]:
            raise Bent(place, "与封存记录不同", "is not the hash of the seal")
        head = heads.get(leaf["head"])
        if head is None or root_from(leaf, proof["case"]["id"], head["algorithm"], place) != head["root"]:
            raise Bent(place, f"不在第 {leaf['head']} 号每日总哈希里", f"is not in daily head {leaf['head']}")
        sealed = max(sealed, leaf["last_seq"])
    return sealed


def root_from(leaf: dict[str, Any], case: str, algorithm: str, place: str) -> str:
    """The root that the path of a leaf leads to."""
    parts = (case, str(leaf["last_seq"]), leaf["last_hash"])
    reached = digest(algorithm, b"\x00" + b"".join(sized(part.encode()) for part in parts), place)
    for beside in leaf["path"]:
        other = beside["hash"]
        left, right = (other, reached) if beside["side"] == "left" else (reached, other)
        reached = digest(algorithm, b"\x01" + bytes.fromhex(left) + bytes.fromhex(right), place)
    return reached


def check_seal(proof: dict[str, Any], hashes: dict[int, str]) -> None:
    """The summary of a case whose content is gone is the one that the act says."""
    seal, act = proof["seal"], proof["seal_act"]
    if hashes:
        raise Bent("steps.jsonl", "已封存的办件还有记录", "there are steps of a sealed case")
    if row_hash(act, "proof.json act") != act["hash"]:
        raise Bent("proof.json act", "内容与它的哈希值不符", "its content does not have its hash")
    told = loaded(act["details"].encode(), "proof.json act")
    if (act["subject"], told.get("seal")) != (proof["case"]["id"], seal):
        raise Bent("proof.json seal", "与操作记录不同", "is not what the act says")


def check(files: Files, head: str | None, whole: str | None) -> list[str]:
    """All checks; gives what to say when everything holds, raises Bent at the first place where it does not."""
    made = check_manifest(files, whole)
    proof = files.document("proof.json")
    case = files.document("case.json")
    if case.get("id") != proof["case"]["id"]:
        raise Bent("case.json", "是另一件", "is another case")
    hashes = check_steps(files, proof)
    if proof["seal"] is not None:
        check_seal(proof, hashes)
    attached = check_attachments(files)
    heads = check_heads(proof, head)
    sealed = check_leaves(proof, hashes, heads)
    said = [f"办件 {proof['case']['id']}：{len(hashes)} 步，链条完整 / case, {len(hashes)} steps, the chain is unbroken"]
    if proof["seal"] is not None:
        said.append("内容已到期清除，只有封存的摘要 / its content was removed when its time was over; this is its sealed summary")
    if attached:
        said.append(f"附件 {attached} 个，与收下时相同 / attachments, the same as when they came")
    said.append(f"导出件哈希 / digest of this export: {made}")
    if heads:
        newest = heads[max(heads)]
        said.append(f"每日总哈希封存到第 {sealed} 步 / daily heads seal it up to step {sealed}")
        said.append(f"最新的每日总哈希 / newest daily head: {newest['day']} 第 {newest['seq']} 号 {newest['algorithm']} {newest['hash']}")
    else:
        said.append("还没有每日总哈希封存这件 / no daily head seals this case yet")
    return said


def steps_of(files: Files) -> list[str]:
    """The steps unpacked, a line each."""
    lines = []
    for number, line in enumerate(files.read("steps.jsonl").splitlines(), 1):
        row = json.loads(line)
        lines.append("\t".join((str(number), row["at"], row["actor"], held(row, files, f"steps.jsonl seq {number}").decode("utf-8"))))
    return lines


def say(words: str) -> None:
    """One line."""
    sys.stdout.write(words + "\n")


def arguments(given: list[str]) -> tuple[Path, str | None, str | None, bool]:
    """What is asked for; raises ValueError."""
    options: dict[str, str] = {}
    places: list[str] = []
    rest = [word for word in given if word != "--steps"]
    while rest:
        word = rest.pop(0)
        if word in ("--head", "--digest"):
            options[word] = "".join(rest.pop(0).split()).replace("-", "").lower() if rest else ""
            if len(options[word]) != 64:
                raise ValueError(word)
        elif word.startswith("-"):
            raise ValueError(word)
        else:
            places.append(word)
    if len(places) > 1:
        raise ValueError(places[1])
    path = Path(places[0]) if places else Path(__file__).resolve().parent
    return path, options.get("--head"), options.get("--digest"), "--steps" in given


def main() -> int:
    """The command."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    try:
        path, head, whole, wanted = arguments(sys.argv[1:])
    except ValueError as problem:
        say(f"{problem}\n{USAGE}")
        return 2
    try:
        files = Files(path)
        said = check(files, head, whole)
        said += steps_of(files) if wanted else []
    except Bent as bent:
        say(f"不对 / BENT  {bent}")
        return 1
    except (OSError, zipfile.BadZipFile) as problem:
        say(f"不对 / BENT  {path}: 打不开 / cannot be opened ({problem})")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        say(f"不对 / BENT  proof.json: 读不懂 / cannot be understood ({type(problem).__name__}: {problem})")
        return 1
    for line in said:
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
