"""Checks that run no code of ours: ruff, pylint-odoo, the OCA checks, and that XML is well-formed."""

import subprocess

from lxml import etree

from tools.console import exit_with, say
from tools.database import ADDONS
from tools.paths import LOCAL, ROOT


def main():
    """Run all checks, even after one failed. Returns the exit status."""
    failed = [name for name, command in commands().items() if not passes(name, command)]
    broken = xml_errors()
    if broken:
        failed.append("XML")
        say("\n".join(broken))
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return int(bool(failed))


def commands():
    """The programs to run, by the name that is printed."""
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
    }
    addons = [addon for addon in ADDONS if (ROOT / addon / "__manifest__.py").exists()]
    if addons:
        checks["pylint-odoo"] = ["pylint", *addons]
        checks["OCA module checks"] = ["oca-checks-odoo-module", *addons]
    translations = [str(path) for addon in addons for path in (ROOT / addon / "i18n").glob("*.po*")]
    if translations:
        checks["OCA translation checks"] = ["oca-checks-po", *translations]
    return checks


def passes(name, command):
    """Run one check and show what it says when it fails."""
    say(f"-> {name}")
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0


def xml_errors():
    """What is wrong with XML and SVG files, one line each."""
    say("-> XML")
    return [
        error for suffix in ("xml", "svg") for path in ROOT.rglob(f"*.{suffix}") for error in xml_error(path)
    ]


def xml_error(path):
    """Nothing, or the one error that ended the parsing of a file."""
    if LOCAL in path.parents:
        return
    try:
        etree.parse(path)
    except etree.XMLSyntaxError as error:
        yield f"{path.relative_to(ROOT)}: {error}"


if __name__ == "__main__":
    exit_with(main)
