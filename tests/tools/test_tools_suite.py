import subprocess

import pytest

from tools import database, lint, suite
from tools.console import Failure

TESTS = """
import unittest
import pytest

def test_good():
    assert True

def test_bad():
    assert False

@pytest.mark.skip(reason="SPAPI_MODELS is not set")
def test_later():
    pass
"""
FOREIGN = "2026-01-01 10:00:00,000 1 WARNING hemi_1 odoo.addons.sale: something of Odoo's own"
OURS = "2026-01-01 10:00:00,000 1 ERROR hemi_1 odoo.tools.convert: in hemi_amazon_sp/views/menus.xml:3"
FINE = "2026-01-01 10:00:00,000 1 INFO hemi_1 odoo.modules.loading: Loading module hemi_amazon_sp (50/50)"


@pytest.fixture
def reports(monkeypatch, tmp_path):
    monkeypatch.setattr(suite, "REPORTS", tmp_path / "reports")
    return tmp_path


def test_outcomes_of_a_real_run_are_read_and_summed_up(reports, capfd):
    (reports / "test_three.py").write_text(TESTS)
    outcomes = suite.run_pytest("plain", [reports])
    assert [(outcome.name.split("::")[-1], outcome.kind) for outcome in outcomes] == [
        ("test_good", "passed"),
        ("test_bad", "failed"),
        ("test_later", "skipped"),
    ]
    suite.summarise(outcomes)
    printed = capfd.readouterr().out
    assert "total        1 passed, 1 failed, 1 skipped" in printed
    assert "skipped 1 because: SPAPI_MODELS is not set" in printed


def test_a_run_that_breaks_before_its_tests_has_failed(reports):
    (reports / "conftest.py").write_text("raise RuntimeError('broken')\n")
    [outcome] = suite.run_pytest("plain", [reports])
    assert outcome.kind == "failed"


def test_a_folder_without_tests_is_no_failure(reports):
    assert suite.run_pytest("plain", [reports]) == []


@pytest.mark.parametrize(("lines", "accepted"), [([FINE, FOREIGN], True), ([FINE, FOREIGN, OURS], False)])
def test_install_log_may_warn_of_anything_but_the_addon(tmp_path, lines, accepted):
    log = tmp_path / "install.log"
    log.write_text("\n".join(lines) + "\n")
    if accepted:
        database.check_log(log)
    else:
        with pytest.raises(Failure, match=r"menus\.xml:3"):
            database.check_log(log)


def test_install_log_of_a_clone_named_after_the_addon_is_judged_the_same(tmp_path):
    log = tmp_path / "install.log"
    log.write_text(FOREIGN + " in /home/me/hemi_amazon_sp/.local/odoo/sale.py\n" + FINE + "\n")
    database.check_log(log)


def test_xml_errors_name_file_and_line(monkeypatch, tmp_path):
    (tmp_path / "good.xml").write_text("<odoo/>")
    (tmp_path / "bad.xml").write_text("<odoo>\n<record>\n</odoo>")
    monkeypatch.setattr(lint, "ROOT", tmp_path)
    [error] = lint.xml_errors()
    assert error.startswith("bad.xml: ")
    assert "line 3" in error


def test_only_the_copy_of_a_living_process_is_in_use():
    template = database.name_of("test", "content")
    assert database.is_used(database.copy_name(template))
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert not database.is_used(f"{template}_{ended.pid}_1")
    assert not database.is_used(template)


def test_name_of_a_template_follows_the_addon_and_not_its_tests(monkeypatch, tmp_path):
    addon = tmp_path / database.ADDON
    for name in ("models/feed.py", "tests/test_feed.py"):
        (addon / name).parent.mkdir(parents=True)
        (addon / name).write_text("first")
    monkeypatch.setattr(database, "ROOT", tmp_path)
    before = database.name_of("test", *database.addon_files())
    (addon / "tests" / "test_feed.py").write_text("second")
    assert database.name_of("test", *database.addon_files()) == before
    (addon / "models" / "feed.py").write_text("second")
    assert database.name_of("test", *database.addon_files()) != before
