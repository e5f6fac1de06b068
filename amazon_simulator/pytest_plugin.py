"""A pytest fixture: ``pytest_plugins = ["amazon_simulator.pytest_plugin"]``."""

import pytest

from .server import Simulator


@pytest.fixture
def amazon():
    """A simulated Amazon with a virtual clock, empty at the beginning."""
    with Simulator(clock="virtual") as simulator:
        yield simulator
