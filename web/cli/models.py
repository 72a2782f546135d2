"""`deploy` and `check`: model files and folders."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from processes import model_files, model_folders, settings
from processes.actors import SYSTEM
from processes.model_files import Files
from processes.model_folders import FolderResult
from web.cli import checking
from web.cli.output import fail, in_application, json_option, print_json, progress, words_of

ORGANISATION = Path("_shared") / "organisation.toml"
CHECKED = ("name", "findings", "refusal", "scenarios")
paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


def _found(paths: Iterable[Path]) -> list[tuple[str, Files]]:
    """What the paths mean; ends with status 1 for a path that holds nothing to deploy."""
    found: list[tuple[str, Files]] = []
    for path in paths:
        inside = [(name, files) for name, files in model_files.find(path) if files]
        if not inside:
            fail(f"{path} 里没有流程文件")
        found += inside
    return found


@click.command()
@paths_argument
@json_option
@in_application
def deploy(paths: tuple[Path, ...], as_json: bool) -> None:
    """部署流程：文件、流程文件夹，或放着几个流程文件夹的文件夹。内容没有变化时不产生新版。"""
    results = model_folders.deploy(_found(paths), actor=SYSTEM)
    if as_json:
        print_json({"deployments": [_deployment(result) for result in results]})
    else:
        for result in results:
            click.echo(_told(result))
    if any(result.done is None for result in results):
        fail("有内容没有部署")


def _deployment(result: FolderResult) -> dict[str, Any]:
    done = result.done
    return {
        "name": result.name,
        "id": done.deployment_id if done else None,
        "created": bool(done and done.created),
        "definitions": [{"id": one.id, "key": one.key, "version": one.version, "name": one.name} for one in done.definitions]
        if done
        else [],
        "findings": _findings(result.findings),
        "refusal": words_of(result.refusal) if result.refusal else None,
    }


def _told(result: FolderResult) -> str:
    lines = [_line(finding) for finding in _findings(result.findings)]
    if result.done is None:
        return "\n".join([f"{result.name}：没有部署", *lines, *([words_of(result.refusal)] if result.refusal else [])])
    versions = "、".join(f"{one.name}（{one.key}）第 {one.version} 版" for one in result.done.definitions) or "表单和决策"
    return "\n".join([f"{result.name}：{'已部署' if result.done.created else '没有变化，仍是'} {versions}", *lines])


def _findings(findings: Iterable[Any]) -> list[dict[str, Any]]:
    return [finding.to_document(settings.current().office.language) for finding in findings]


def _line(finding: dict[str, Any]) -> str:
    place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
    name = finding["element_name"] or finding["element_id"]
    about, hint = f"{name}：" if name else "", f"（{finding['hint']}）" if finding["hint"] else ""
    mark = "错误" if finding["severity"] == "error" else "提醒"
    return f"  {mark} {place} {about}{finding['message']}{hint}"


@click.command()
@paths_argument
@json_option
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """检查流程：部署前的全部检查，加上 tests/*.toml 里的场景测试。不用数据库。"""
    chosen = settings.load()
    found = _found(paths)
    with checking.office(chosen, _organisation(paths, chosen.models.dir), {name for name, _ in found}):
        checked = [checking.play(result, files) for result, files in progress(checking.deployed(found), "检查")]
        documents = [{**_deployment(one.result), "scenarios": [asdict(played) for played in one.played]} for one in checked]
    if as_json:
        print_json({"checked": [{name: document[name] for name in CHECKED} for document in documents]})
    else:
        for document in documents:
            click.echo(_checked(document))
    if any(_wrong(document) for document in documents):
        fail("有错误，见上")


def _organisation(paths: Iterable[Path], models: Path) -> Path:
    """The people of the check: those of the folder that is checked, else of the models folder, else those shipped."""
    around = [path if path.is_dir() else path.parent for path in paths]
    places = [*around, *(path.parent for path in around), models]
    own = (place / ORGANISATION for place in places if (place / ORGANISATION).is_file())
    return next(own, settings.shipped("bpmn_models") / ORGANISATION)


def _wrong(document: dict[str, Any]) -> bool:
    return document["id"] is None or any(scenario["problems"] for scenario in document["scenarios"])


def _checked(document: dict[str, Any]) -> str:
    total = len(document["scenarios"])
    failed = [one for one in document["scenarios"] if one["problems"]]
    head = f"{document['name']}：{'有错' if _wrong(document) else '通过'}，场景 {total - len(failed)}/{total}"
    refusal = [f"  {document['refusal']}"] if document["refusal"] else []
    problems = [f"  场景 {one['name']}（{one['file']}）：{problem}" for one in failed for problem in one["problems"]]
    return "\n".join([head, *map(_line, document["findings"]), *refusal, *problems])


COMMANDS = (deploy, check)
