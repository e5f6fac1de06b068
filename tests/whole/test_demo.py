"""`make demo` ends well, and what it exchanged with Amazon is what Amazon's own models and schemas allow."""

import os
import subprocess
import sys

import pytest

from tests.simulator.model_check import check_documents, check_traffic
from tools.paths import ROOT
from tools.ports import free_port

MODELS = os.environ.get("SPAPI_MODELS")
FLOWS = 12  # six flows of two accounts


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The ended demo and the folder of its traffic."""
    folder = tmp_path_factory.mktemp("traffic")
    variables = {
        "SERVE": "0",
        "RECORD": str(folder),
        "ODOO_PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "tools.demo"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True)
    return done, folder


def test_every_flow_that_applies_is_accepted(recorded):
    done, _folder = recorded
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if " accepted " in line or " not applicable " in line]
    assert len(rows) == FLOWS
    assert [row for row in rows if " not applicable " in row] == [
        row for row in rows if "LLC  Upload Invoices" in row
    ]


@pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS is not set: nothing to compare the traffic with")
def test_the_traffic_is_as_amazons_models_say(recorded):
    _done, folder = recorded
    assert (folder / "traffic.jsonl").stat().st_size
    assert check_traffic(str(folder / "traffic.jsonl"), f"{MODELS}/models") == []
    assert check_documents(str(folder), f"{MODELS}/schemas") == []
