"""Worlds that exist from the beginning: JSON files with applications, sellers, their listings and orders."""

import json
from pathlib import Path

from . import order_builder

FOLDER = Path(__file__).parent / "worlds"


def load(world, name):
    """Create what a file describes.

    The keys are the arguments of the methods of ``World``; the ``orders`` of a seller are short descriptions,
    last updated when they were placed (``createdHoursAgo``).

    :param name: of a file in ``worlds/`` without ending, or the path of a JSON file
    :raise ValueError: no such file
    """
    content = json.loads(_path(name).read_text(encoding="utf-8"))
    for application in content.get("applications", []):
        world.register_application(**application)
    for seller in content.get("sellers", []):
        orders = seller.pop("orders", [])
        world.register_seller(**seller)
        for order in orders:
            _place(world, seller["seller_id"], order)


def _place(world, seller_id, short):
    seller, now = world.sellers[seller_id], world.clock.now()
    order = order_builder.complete(short, seller, world.identifiers, now)
    world.place_order(seller_id, {**order, "lastUpdatedTime": order["createdTime"]})


def _path(name):
    path = Path(name) if str(name).endswith(".json") else FOLDER / f"{name}.json"
    if not path.is_file():
        raise ValueError(f"There is no world {name}. Give a JSON file, or the name of one in {FOLDER.name}/.")
    return path
