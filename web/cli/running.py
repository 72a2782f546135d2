"""`up`, `web`, `worker`, `sweep`: the processes of Banjie."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from processes import queues, settings
from processes.settings import Settings
from web import assets, figures_port, logs, preparing, server, sweeping, valkey, working
from web.app import create_app
from web.cli.output import fail, say, words_of
from web.lifeline import command, environment
from web.supervisor import AlreadyRunning, Supervisor, alone

#: how long a port that a killed process held may still be taken, and how long the first answer may take
PORT_SECONDS = 3.0
DOORBELL_SECONDS = 5.0
WEB_SECONDS = 60.0
Told = TypeVar("Told")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="监听端口（默认见设置 web.port；0：任意空闲端口）")
@click.option("--workers", type=click.IntRange(0, 64), help="后台进程数（默认见设置 worker.processes）")
@click.option("--no-demo", is_flag=True, help="空数据库里不装演示机构")
def up(port: int | None, workers: int | None, no_demo: bool) -> None:
    """启动全部：数据库、门铃、部署随附流程、演示机构、网页、后台、定时巡查。Ctrl-C 结束全部。"""
    changes = {
        "BANJIE_WEB__PORT": None if port is None else str(port),
        "BANJIE_WORKER__PROCESSES": None if workers is None else str(workers),
        "BANJIE_DEMO__ENABLED": "false" if no_demo else None,
    }
    os.environ.update({name: value for name, value in changes.items() if value is not None})
    chosen = _begun()
    assets.ensure()
    try:
        with alone(chosen.var.dir):
            _run(chosen)
    except AlreadyRunning as other:
        fail(f"已经在运行（进程 {other}，数据目录 {chosen.var.dir}）")
    except OSError as problem:
        fail(f"不能启动：{problem}")


def _run(chosen: Settings) -> None:
    port = _free_port(chosen)
    prepared = preparing.prepare(chosen, say)
    for refused in prepared.refused:
        say(f"没有部署 {refused.name}，其余照常启动：")
        say(
            "\n".join(f"  {finding.message('zh')}" for finding in refused.findings)
            if refused.refusal is None
            else words_of(refused.refusal)
        )
    supervisor = Supervisor(say)
    with supervisor.until_signalled():
        started = {"BANJIE_WEB__PORT": str(port), "BANJIE_REDIS__URL": _doorbell(chosen, supervisor)}
        environ = environment(started)
        supervisor.add("网页", command("web"), environ)
        supervisor.add("巡查", command("sweep"), environ)
        if started["BANJIE_REDIS__URL"] != "off":
            _add_workers(supervisor, queues.NAMES, chosen.worker.processes, environ)
        address = f"http://{_reachable(chosen.web.host)}:{port}"
        if not _wait(supervisor, lambda: _answers(address + "/healthz"), WEB_SECONDS):
            fail(f"网页没有在 {WEB_SECONDS:.0f} 秒内启动")
        if not supervisor.stopping:
            _greet(address + (chosen.web.base_path or "") + "/", prepared.logins)
            supervisor.watch()
    say("已全部结束")


def _add_workers(supervisor: Supervisor, names: tuple[str, ...], processes: int, environ: dict[str, str]) -> None:
    for number, served in enumerate(queues.shared_out(names, processes), 1):
        supervisor.add(f"后台 {number}", command("worker", "--one", "--queues", ",".join(served)), environ)


def _doorbell(chosen: Settings, supervisor: Supervisor) -> str:
    """The address of the doorbell; "off" where nobody would listen, or no server can be started: the sweep does the work then."""
    if chosen.worker.processes == 0:
        return "off"
    if chosen.redis.url != "embedded":
        return chosen.redis.url
    found = valkey.prepare(chosen.var.dir)
    if found is None:
        say("没有 Valkey 或 Redis 程序：不用门铃，到期的工作由巡查进程直接办")
        return "off"
    found.take_over()
    child = supervisor.add("门铃", found.command, environment({}))
    if _wait(supervisor, found.answers, DOORBELL_SECONDS):
        return found.url
    if not supervisor.stopping:
        say(f"门铃没有启动（{found.program}），到期的工作由巡查进程直接办")
        supervisor.drop(child)
    return "off"


def _wait(supervisor: Supervisor, ready: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    found = False

    def over() -> bool:
        nonlocal found
        found = ready()
        return found or time.monotonic() > until

    supervisor.watch(over)
    return found or supervisor.stopping


def _free_port(chosen: Settings) -> int:
    """The port, looked at for as long as a process that was just killed may hold it; a free one for 0."""
    until = time.monotonic() + PORT_SECONDS
    family = socket.AF_INET6 if ":" in chosen.web.host else socket.AF_INET
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((chosen.web.host, chosen.web.port))
                return int(probe.getsockname()[1])
            except OSError as problem:
                if time.monotonic() > until:
                    fail(f"不能在 {chosen.web.host}:{chosen.web.port} 监听：{problem.strerror}。可用 --port 换一个端口")
        time.sleep(0.2)


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        # the server answers, though it does not know this host name
        return True
    except (OSError, ValueError):
        return False


def _greet(address: str, logins: Path | None) -> None:
    click.echo(f"\n办结已启动：{address}")
    if logins is not None:
        click.echo(f"\n演示账号（保存在 {logins}）：\n{logins.read_text('utf-8')}")
    click.echo("按 Ctrl-C 结束。")


@click.command()
def web() -> None:
    """只启动网页（gunicorn），供生产环境使用。"""
    chosen = _begun()
    server.count_together(chosen)
    assets.ensure()
    preparing.join(create_app(chosen))
    server.serve(chosen)


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), help="进程数（默认见设置 worker.processes）")
@click.option("--queues", "names", default="", help="只办这些队列，逗号分隔：timers 定时、connectors 外发、bulk 消息（默认全部）")
@click.option("--one", is_flag=True, hidden=True)
def worker(processes: int | None, names: str, one: bool) -> None:
    """只启动后台进程：办理到期的定时器和外发工作。"""
    try:
        served = queues.read(names)
    except queues.UnknownQueue as unknown:
        raise click.BadParameter(f"没有队列 {unknown}；有 {'、'.join(queues.NAMES)}", param_hint="--queues") from unknown
    chosen = _begun()
    if chosen.redis.url == "off":
        fail("redis.url 是 off：没有门铃，到期的工作由 banjie sweep 直接办，不需要后台进程")
    if chosen.redis.url == "embedded":
        fail("内置门铃由 banjie up 启动；单独启动后台进程请把 redis.url 设为 Redis 或 Valkey 的地址")
    if one:
        working.work(chosen, served)
        return
    counted = _told(lambda: figures_port.of_children(chosen, chosen.worker.metrics_port), "worker.metrics_port")
    supervisor = Supervisor(say)
    with supervisor.until_signalled():
        _add_workers(supervisor, served, processes or chosen.worker.processes or 1, environment(counted))
        supervisor.watch()


@click.command()
def sweep() -> None:
    """只启动定时巡查：发现到期的工作并按响门铃。"""
    chosen = _begun()
    _told(lambda: figures_port.of_this_process(chosen, chosen.sweep.metrics_port), "sweep.metrics_port")
    sweeping.sweep(chosen)


def _told(serve: Callable[[], Told], setting: str) -> Told:
    """Open the port for figures; a port that cannot be had ends the start with the name of its setting."""
    try:
        return serve()
    except OSError as problem:
        fail(f"不能在设置 {setting} 的端口上监听：{problem.strerror}")


def _begun() -> Settings:
    """The settings of a process that stays, its log on standard error: our own at the level that is set, libraries' warnings."""
    chosen = settings.load()
    logs.begin(chosen.log)
    return chosen


COMMANDS = (up, web, worker, sweep)
