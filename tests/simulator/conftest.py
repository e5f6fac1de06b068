"""A simulated Amazon for each test, with an application and two sellers."""

import os
from pathlib import Path

import pytest

from amazon_simulator import Simulator
from tests.simulator import helpers, order_feeds


@pytest.fixture(scope="session")
def server():
    """One simulated Amazon for all tests, with a fixed first moment of the virtual clock."""
    with Simulator(clock="virtual", start=helpers.START) as simulator:
        yield simulator


@pytest.fixture
def amazon(server):
    """The simulated Amazon as at its start, with an application and two sellers."""
    server.world.reset()
    helpers.populate(server.world)
    return server


@pytest.fixture
def world(amazon):
    """The books of the simulated Amazon."""
    return amazon.world


@pytest.fixture
def client(amazon):
    """A client of the first seller."""
    return helpers.Client(amazon)


@pytest.fixture(scope="session")
def reference():
    """The folder with Amazon's ``models/`` and ``schemas/``."""
    folder = os.environ.get("SPAPI_MODELS")
    if not folder:
        pytest.skip("SPAPI_MODELS is not set: it names the folder with Amazon's models/ and schemas/")
    return Path(folder)


@pytest.fixture
def order(world):
    """An order of two mugs, 19.98 EUR and 4.50 EUR for shipping: (order id, order item id)."""
    return order_feeds.place(world)
