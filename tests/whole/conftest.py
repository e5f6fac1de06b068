"""Whole paths: a real browser, a real Odoo process, a real PostgreSQL, the simulated Amazon."""

import os

import pytest
from playwright.sync_api import sync_playwright

from amazon_simulator import Simulator
from tools import odoo_server

TEMPLATE = os.environ.get("HEMI_DATABASE_TEMPLATE")
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000  # milliseconds; a page of a cold server takes its time

if not TEMPLATE:
    collect_ignore_glob = ["test_*.py"]  # they need what `make test` prepares


@pytest.fixture(scope="session")
def amazon():
    """The simulated Amazon with its demo world and the sellers' inbox."""
    with Simulator(clock="real", world="demo") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def erp(amazon):
    """Odoo, its mails going to the sellers' inbox."""
    mail = ("--smtp=127.0.0.1", f"--smtp-port={amazon.smtp_port}", "--email-from=erp@company.example")
    talkative = ("--log-level=debug", "--log-handler=urllib3:DEBUG", "--log-handler=botocore:DEBUG")
    options = (*mail, *talkative, "--max-cron-threads=1")
    with odoo_server.serve(TEMPLATE, options=options) as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """A function that opens a page of a browser profile of its own; each closes with the test."""
    contexts = []

    def open_page(width=1400, height=900):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
