"""A pytest fixture: ``pytest_plugins = ["amazon_simulator.pytest_plugin"]``."""

import pytest

from .server import Simulator


@pytest.fixture(scope="session")
def amazon_server():
    """One simulated Amazon for all tests."""
    with Simulator(clock="virtual") as simulator:
        yield simulator


@pytest.fixture
def amazon(amazon_server):
    """The simulated Amazon with a virtual clock, as at its start: empty."""
    amazon_server.world.reset()
    return amazon_server
