"""A copy of the tools in a folder of its own, so that nothing here touches the set-up that runs the tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3"


class Checkout:
    """A folder with a copy of tools/ and the files that it reads. Its `.local/` does not exist yet."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        shutil.copytree(PROJECT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(PROJECT / name, folder)

    def environment(self, **variables):
        """This process' environment without what leads to the set-up that runs the tests."""
        hidden = {"DATABASE_URL", "ODOO_ROOT", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}
        leads_out = {name for name in os.environ if name in hidden or name.startswith("PG")}
        kept = {name: value for name, value in os.environ.items() if name not in leads_out}
        return {**kept, **variables}

    def start(self, code, *arguments):
        """Run Python code in the folder and return the process, which ends with the test at the latest."""
        process = subprocess.Popen(
            [PYTHON, "-c", code, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *words, **variables):
        """Run a program in the folder to its end and return what subprocess.run returns."""
        environment = self.environment(**variables)
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def checkout(tmp_path):
    """A fresh copy of the tools; its private database cluster is removed at the end."""
    copy = Checkout(tmp_path)
    yield copy
    for process in copy.started:
        process.kill()
        process.communicate()
    copy.run(PYTHON, "-m", "tools", "clean")
