"""A stand-in for Amazon's Selling Partner API, Login with Amazon and Seller Central, on loopback."""

from .server import Simulator
from .world import World

__all__ = ["Simulator", "World"]
