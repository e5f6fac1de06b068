import collections
import os
import socket

import pytest

from tools import debian, demo, odoo_install, ports, setup, stamps
from tools.console import Failure

TARGETS = """\
Google|Other|main|https://packages.example.com/apt
Debian|Debian-Security|main|http://security.example.com/debian-security/
Debian|Debian|contrib|http://archive.example.com/contrib/
Debian|Debian|main|http://archive.example.com/debian/
Debian|Debian|main|http://second.example.com/debian/
"""


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_taken_port_names_the_port_the_program_and_the_way_out(taken_port):
    with pytest.raises(Failure, match=rf"Port {taken_port} for Odoo .*\n.*ODOO_PORT="):
        ports.require_free(taken_port, "Odoo", "ODOO_PORT")


def test_free_port_can_be_used():
    ports.require_free(ports.free_port(), "Odoo", "ODOO_PORT")


def test_demo_refuses_a_taken_port_before_it_sets_up_anything(checkout, taken_port):
    done = checkout.run("make", "demo", f"SIMULATOR_PORT={taken_port}", f"ODOO_PORT={ports.free_port()}")
    assert done.returncode != 0
    assert f"Port {taken_port} for the simulated Amazon cannot be used" in done.stderr
    assert not (checkout.folder / ".local").exists()


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_port_variable_must_hold_a_port(monkeypatch, text):
    monkeypatch.setenv("ODOO_PORT", text)
    with pytest.raises(Failure, match="ODOO_PORT"):
        demo.port("ODOO_PORT", 8069)


def test_without_permission_the_packages_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure, match="apt-get install --no-install-recommends chromium wkhtmltopdf"):
        debian.root_prefix(["chromium", "wkhtmltopdf"])


def test_sudo_that_asks_for_a_password_is_no_permission(monkeypatch, tmp_path):
    sudo = tmp_path / "sudo"
    sudo.write_text("#!/bin/sh\nexit 1\n")
    sudo.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Failure, match="no permission"):
        debian.root_prefix(["chromium"])
    sudo.write_text("#!/bin/sh\nexit 0\n")
    assert debian.root_prefix(["chromium"]) == ["sudo", "--non-interactive"]


def test_missing_packages_are_found():
    assert debian.missing(["dpkg", "no-such-package-at-all"]) == ["no-such-package-at-all"]


def test_own_database_server_needs_no_server_package(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/")
    assert debian.SERVER not in debian.needed()
    monkeypatch.delenv("DATABASE_URL")
    assert debian.SERVER in debian.needed()


def test_archive_is_the_first_main_component_of_debian_itself():
    assert odoo_install.parse_targets(TARGETS) == "http://archive.example.com/debian/"
    assert odoo_install.parse_targets("Google|Other|main|https://packages.example.com/apt\n") is None


def test_private_apt_configuration_knows_one_source_only(checkout):
    code = """
import subprocess
from tools import odoo_install
config = odoo_install.apt_config("unstable", "http://archive.invalid/debian/")
words = ["indextargets", "--no-release-info", "--format", "$(REPO_URI)"]
print(subprocess.run(["apt-get", f"--config-file={config}", *words], capture_output=True, text=True).stdout)
"""
    printed, _ = checkout.start(code).communicate()
    assert set(printed.split()) == {"http://archive.invalid/debian/"}


def test_own_odoo_must_be_odoo_19(monkeypatch, tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    monkeypatch.setenv("ODOO_ROOT", str(tmp_path))
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(Failure, match="ODOO_ROOT"):
        odoo_install.own_root()
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo_install.own_root() == tmp_path


def test_metadata_of_odoo_requires_what_is_installed_instead(tmp_path):
    info = tmp_path / "odoo-19.0.egg-info" / "PKG-INFO"
    info.parent.mkdir()
    info.write_text("Requires-Dist: psycopg2>=2.2\nRequires-Dist: PyPDF2\nRequires-Dist: zeep\n")
    odoo_install.name_stand_ins(tmp_path)
    wanted = "Requires-Dist: psycopg2-binary>=2.2\nRequires-Dist: pypdf\nRequires-Dist: zeep\n"
    assert info.read_text() == wanted


def test_full_disk_is_told_before_the_first_set_up(monkeypatch, tmp_path):
    usage = collections.namedtuple("usage", "total used free")
    monkeypatch.setattr(setup, "VENV", tmp_path / "none")
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: usage(10**12, 10**12, 5 * 1024**2))
    with pytest.raises(Failure, match="5 MB free"):
        setup.check_disk()


def test_stamp_is_current_for_the_same_content_only(monkeypatch, tmp_path):
    monkeypatch.setattr(stamps, "STAMPS", tmp_path)
    lock = tmp_path / "requirements.txt"
    lock.write_text("one==1\n")
    stamps.record("python", stamps.digest(lock))
    assert stamps.is_current("python", stamps.digest(lock))
    lock.write_text("one==2\n")
    assert not stamps.is_current("python", stamps.digest(lock))
    stamps.forget("python")
    assert not stamps.is_current("python", stamps.digest("anything"))
