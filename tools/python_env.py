"""The virtual environment below `.local/`, filled with exactly the locked requirements."""

import shutil
import sys

from tools import stamps
from tools.console import Failure, run, step
from tools.paths import REQUIREMENTS, REQUIREMENTS_ADDONS, VENV, VENV_PYTHON

PYTHON = "/usr/bin/python3"
PIP = (VENV_PYTHON, "-m", "pip", "--disable-pip-version-check")


def install():
    """Create the environment anew when the locked requirements changed.

    :raise Failure: the package index does not answer, or the packages do not fit together.
    """
    if sys.version_info[:2] != (3, 11):
        raise Failure(
            f"The requirements are locked for Python 3.11 (Debian 12), this is {sys.version.split()[0]}."
        )
    value = stamps.digest(*REQUIREMENTS, REQUIREMENTS_ADDONS)
    if stamps.is_current("python", value):
        return
    stamps.forget("python")
    with step("Python packages (requirements.txt, requirements-dev.txt)"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([PYTHON, "-m", "venv", VENV], "The virtual environment could not be created in .local/venv.")
        wanted = [word for path in REQUIREMENTS for word in ("--requirement", path)]
        hint = "Check the network connection (and pip's own configuration), then run the command again."
        run([*PIP, "install", *wanted], f"The Python packages could not be installed. {hint}")
        check()
        addons = ("--no-deps", "--requirement", REQUIREMENTS_ADDONS)
        run([*PIP, "install", *addons], f"The Odoo addons could not be installed. {hint}")
    stamps.record("python", value)


def check():
    """Make sure that every requirement of every package is met, Odoo's too once it is there.

    :raise Failure: one is not; the text names it.
    """
    run([*PIP, "check"], "The locked Python packages do not fit together. Compile the requirements anew.")
