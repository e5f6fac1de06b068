"""The pytest fixture that other packages use: one server, empty at the start of each test."""

import pytest
import requests

from amazon_simulator.pytest_plugin import amazon, amazon_server  # noqa: F401 (fixtures)


@pytest.mark.parametrize("_time", ["first", "second"])
def test_each_test_begins_with_nothing(amazon, _time):  # noqa: F811 (the fixture)
    assert amazon.world.books() == {}
    amazon.world.register_seller("A1", "One", "na", ["ATVPDKIKX0DER"])
    assert set(requests.get(f"{amazon.url}/_sim/books", timeout=10).json()) == {"A1"}
