"""Odoo 19, the user's own (`ODOO_ROOT`) or else Debian's package unpacked below `.local/`.

Debian has `odoo-19` in its unstable suite only. The suite's index is read through a private
configuration of apt, from the same archive that the machine itself uses; the machine's own package
sources stay as they are.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import python_env, stamps
from tools.console import Failure, run, say, step
from tools.paths import LOCAL, ODOO_UNPACKED, SITE_PACKAGES, VENV, VENV_PYTHON

ODOO_PACKAGE = "odoo-19"
TESTED_VERSION = "19.0.0+dfsg-1"
# What Odoo's symbolic links point to. Font files have other paths in the unstable suite, hence two lists.
LINKED_UNSTABLE = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
)
LINKED_STABLE = ("fonts-inconsolata", "fonts-font-awesome")
# Packages that Odoo's metadata names, and what we install instead: Odoo works with either.
STAND_INS = {"psycopg2": "psycopg2-binary", "PyPDF2": "pypdf"}
# Debian leaves this script out, and Odoo's web client says so on the console, where our tours see an error.
# Only video calls with a blurred background would need it.
LEFT_OUT = Path("odoo", "addons", "mail", "static", "lib", "selfie_segmentation", "selfie_segmentation.js")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT = LOCAL / "apt"
TARGET = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)"
APT_SETTINGS = """\
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::archives "{folder}/archives";
Acquire::Languages "none";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
APT_ONE_SOURCE = """\
Dir::Etc::sourcelist "{folder}/unstable.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""
OWN_ODOO = "or set ODOO_ROOT to an Odoo 19 of your own (the folder that holds the package odoo/)."


def install():
    """Make `import odoo` and the command `odoo` work in the virtual environment."""
    own = own_root()
    root = own or unpacked_root()
    current = f"{root}\n"
    link = SITE_PACKAGES / "odoo.pth"
    if link.exists() and link.read_text() == current:
        return
    link.write_text(current)
    command = VENV / "bin" / "odoo"
    command.write_text(f"#!{VENV_PYTHON}\nimport odoo.cli\n\nodoo.cli.main()\n")
    command.chmod(0o755)
    say(f"   Odoo is taken from {root}")
    if root != own:
        python_env.check()


def own_root():
    """The folder named by ODOO_ROOT, or None.

    :raise Failure: the folder holds no Odoo 19.
    """
    if not os.environ.get("ODOO_ROOT"):
        return None
    root = Path(os.environ["ODOO_ROOT"]).expanduser().resolve()
    release = root / "odoo" / "release.py"
    if not release.exists() or "version_info = (19, 0" not in release.read_text():
        raise Failure(
            f"ODOO_ROOT is {root}, but {release} is not that of Odoo 19.0. Correct or unset ODOO_ROOT."
        )
    return root


def unpacked_root():
    """Debian's package, fetched and unpacked when it is not there yet."""
    value = stamps.digest(ODOO_PACKAGE, *LINKED_UNSTABLE, *LINKED_STABLE, *STAND_INS.values())
    root = ODOO_UNPACKED / "usr" / "lib" / "python3" / "dist-packages"
    if not stamps.is_current("odoo", value):
        stamps.forget("odoo")
        with step("Odoo 19 (package odoo-19 of Debian's unstable suite)"):
            shutil.rmtree(ODOO_UNPACKED, ignore_errors=True)
            unpack(fetch())
            check_links()
            name_stand_ins(root)
        stamps.record("odoo", value)
    fill_gap(root / LEFT_OUT)
    return root


def fetch():
    """Download the packages with apt-get, which verifies their signatures. Returns the paths of the files."""
    shutil.rmtree(APT, ignore_errors=True)
    machine = apt_config("machine")
    apt_get(machine, "update")
    unstable = apt_config("unstable", archive_address(machine))
    apt_get(unstable, "update")
    apt_get(unstable, "download", ODOO_PACKAGE, *LINKED_UNSTABLE)
    apt_get(machine, "download", *LINKED_STABLE)
    return sorted(APT.glob("*/*.deb"))


def apt_get(config, *words):
    """Run apt-get with a configuration of ours, in the folder of that configuration."""
    hint = f"Check the network connection and the package sources, then run the command again, {OWN_ODOO}"
    command = ["apt-get", f"--config-file={config}", *words]
    return run(command, f"apt-get {' '.join(words)} failed. {hint}", cwd=config.parent)


def archive_address(machine):
    """The address of the Debian archive that this machine uses, asked of apt.

    :raise Failure: the machine's package sources name no archive of Debian.
    """
    address = parse_targets(apt_get(machine, "indextargets", "--format", TARGET, "Created-By: Packages"))
    if not address:
        raise Failure(
            f"The package sources in /etc/apt name no archive of Debian (main). Add one, {OWN_ODOO}"
        )
    return address


def parse_targets(printed):
    """The first archive of Debian's own, as printed by apt-get indextargets in format TARGET, or None."""
    for line in printed.splitlines():
        origin, label, component, address = line.split("|")
        if (origin, label, component) == ("Debian", "Debian", "main"):
            return address
    return None


def apt_config(name, address=None):
    """A configuration of apt that keeps its state below `.local/` and so needs no root.

    :param str address: archive whose unstable suite is the only source; by default the machine's own sources.
    """
    folder = APT / name
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "archives" / "partial").mkdir(parents=True)
    (folder / "status").touch()
    settings = APT_SETTINGS.format(folder=folder)
    if address:
        text = f"Types: deb\nURIs: {address}\nSuites: unstable\nComponents: main\nSigned-By: {KEYRING}\n"
        (folder / "unstable.sources").write_text(text)
        settings += APT_ONE_SOURCE.format(folder=folder)
    config = folder / "apt.conf"
    config.write_text(settings)
    return config


def unpack(packages):
    """Unpack all packages over each other, then forget the downloads."""
    for package in packages:
        run(["dpkg-deb", "--extract", package, ODOO_UNPACKED], f"{package} could not be unpacked.")
        if package.name.startswith(f"{ODOO_PACKAGE}_"):
            version = package.name.split("_")[1]
            tested = "" if version == TESTED_VERSION else f" (tested with {TESTED_VERSION})"
            say(f"   version {version}{tested}")
    shutil.rmtree(APT)


def check_links():
    """Warn about links of Odoo that lead to nothing: a font or a script is missing in the browser then."""
    find = ["find", ODOO_UNPACKED / "usr", "-xtype", "l"]
    broken = subprocess.run(find, capture_output=True, text=True).stdout.split()
    for path in broken:
        print(f"   warning: {path} links to a file that no fetched package holds", file=sys.stderr)


def fill_gap(path):
    """Put an empty script where Debian has none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("// left out by Debian\n")


def name_stand_ins(root):
    """Let Odoo's metadata require what stands in for a package, so that pip can check the rest of it."""
    for info in root.glob("odoo-*.egg-info/PKG-INFO"):
        text = info.read_text()
        for package, stand_in in STAND_INS.items():
            text = text.replace(f"Requires-Dist: {package}", f"Requires-Dist: {stand_in}")
        info.write_text(text)
