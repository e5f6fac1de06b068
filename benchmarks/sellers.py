"""Sellers of the simulated Amazon that the benchmarks measure with."""

from tools.crash_scenario import APPLICATION

SELLER, TOKEN = "A3BENCHSELLER1", "Atzr|token-of-the-measured-seller"
LISTING = {"asin": "B000000001", "product_type": "LAMP", "title": "Lamp", "channel": "DEFAULT", "quantity": 0}


def register(world, seller, token, marketplaces, skus=(), price="10.00"):
    """Register a European seller and his listings, of which nothing is in stock yet.

    :param world: of the simulated Amazon, which knows the application
    :param str token: the refresh token of a private app
    :param list marketplaces: their ids at Amazon
    :param str price: of each listing in each marketplace
    """
    prices = dict.fromkeys(marketplaces, price)
    world.register_seller(
        seller_id=seller,
        name=seller,
        region="eu",
        marketplaces=marketplaces,
        private_refresh_token=token,
        application_id=APPLICATION["application_id"],
        listings=[LISTING | {"sku": sku, "prices": prices} for sku in skus],
    )
