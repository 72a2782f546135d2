"""The build hook: the browser bundles and the message catalogues are made when a wheel or an editable install is."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _assets(root: str) -> ModuleType:
    """web/assets.py by its path: a build environment holds none of our packages."""
    spec = importlib.util.spec_from_file_location("banjie_assets", Path(root) / "web" / "assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CustomBuildHook(BuildHookInterface):
    """Asks for node and Babel only while something is stale, so that the next build is quick."""

    def dependencies(self) -> list[str]:
        return _assets(self.root).build_requirements()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            _assets(self.root).ensure()
