"""`pip install` of the built wheels gives working addons."""

import re
import zipfile
from email.parser import Parser

import pytest

from tools import database
from tools.console import run
from tools.paths import ROOT
from tools.python_env import PIP

INSTALLED = "select state from ir_module_module where name = 'hemi_amazon_sp'"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Addon -> its wheel, built from a copy: building leaves files beside the sources."""
    folder = tmp_path_factory.mktemp("wheels")
    sources = [ROOT / addon for addon in database.ADDONS]
    command = [*PIP, "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", folder]
    run([*command, *sources], "The wheels could not be built.")
    return {re.match(r"odoo_addon_(\w+)-", path.name)[1]: path for path in folder.glob("*.whl")}


def requirements(wheel):
    with zipfile.ZipFile(wheel) as files:
        [name] = [name for name in files.namelist() if name.endswith(".dist-info/METADATA")]
        return set(Parser().parsestr(files.read(name).decode()).get_all("Requires-Dist"))


def test_the_wheels_name_what_they_need(wheels):
    assert requirements(wheels["hemi_amazon_sp"]) == {
        "boto3",
        "cryptography",
        "lxml",
        "odoo==19.0.*",
        "python-amazon-sp-api",
        "requests",
    }
    assert requirements(wheels["hemi_amazon_sp_queue"]) == {
        "odoo-addon-hemi_amazon_sp==19.0.*",
        "odoo-addon-queue_job==19.0.*",
        "odoo==19.0.*",
    }


def test_all_files_are_in_the_wheels(wheels):
    for addon, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as files:
            packed = {name.removeprefix("odoo/addons/") for name in files.namelist()}
        tracked = run(["git", "-C", ROOT, "ls-files", addon], "git ls-files failed.").split()
        assert set(tracked) - packed == {f"{addon}/pyproject.toml"}


def test_the_addon_of_the_wheel_works_without_the_sources(wheels, tmp_path):
    """From the wheel alone, in a database with demo data."""
    site = tmp_path / "site"
    install = [*PIP, "install", "--quiet", "--no-deps", "--target", site, wheels["hemi_amazon_sp"]]
    run(install, "The wheel could not be installed.")
    log = tmp_path / "install.log"
    with database.copied(database.base()) as name:
        options = ["--init=hemi_amazon_sp", "--with-demo", "--stop-after-init", f"--logfile={log}"]
        addons = f"--addons-path={site / 'odoo' / 'addons'}"
        run([database.ODOO, f"--database={name}", addons, *options], f"Odoo failed, see {log}.")
        database.check_log(log)
        assert database.sql(name, INSTALLED).strip() == "installed"
        assert database.sql(name, "select count(*) from hemi_amazon_marketplace").strip() != "0"
