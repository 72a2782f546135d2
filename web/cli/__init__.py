"""The `banjie` command: one module a subject; each command is a function of processes/ with words around it."""

import click

from web.cli import accounts, audit, data, models, retention, running
from web.cli.output import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="banjie", prog_name="banjie")
def banjie() -> None:
    """办结：政务审批流程平台。设置见 config.toml，也可用环境变量 BANJIE_SECTION__KEY 覆盖。"""


for subject in (running, models, accounts, audit, retention, data):
    for command in subject.COMMANDS:
        banjie.add_command(command)


def main() -> None:
    """Run the command line; exit status 0 done, 1 refused or found wrong, 2 wrong usage."""
    banjie()
