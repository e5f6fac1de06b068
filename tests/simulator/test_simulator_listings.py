"""Listings Items API: reading, searching, patching."""

import pytest

from tests.simulator.helpers import DE, FR, OTHER, SELLER, US, error, price, stock

ALL_SECTIONS = (
    "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"
)
PATH = f"/listings/2021-08-01/items/{SELLER}"


@pytest.fixture
def shelf(world, client):
    """A seller with 25 more SKUs, one a minute."""
    for number in range(25):
        world.advance(60)
        listing = {"sku": f"S{number:02}", "asin": f"B{number:02}", "title": "Thing", "quantity": number % 2}
        seller = world.sellers[SELLER]
        world.register_seller("TMP", "x", "eu", [DE, FR], [{**listing, "prices": {DE: "1.00"}}])
        seller.listings.update(world.sellers.pop("TMP").listings)


def skus(answer):
    return [item["sku"] for item in answer.json()["items"]]


def test_get(client):
    answer = client.listing("MUG/1", marketplaceIds=f"{DE},{FR}", includedData=ALL_SECTIONS).json()
    assert answer["sku"] == "MUG/1"
    assert [(row["marketplaceId"], row["asin"]) for row in answer["summaries"]] == [
        (DE, "B0MUG"),
        (FR, "B0MUG"),
    ]
    assert answer["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert [offer["price"]["amount"] for offer in answer["offers"]] == ["9.99", "10.99"]
    assert answer["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 5}]


def test_get_shows_summaries_and_the_named_marketplace_only(client):
    assert set(client.listing("MUG/1").json()) == {"sku", "summaries"}
    offers = client.listing("MUG/1", marketplaceIds=FR, includedData="offers").json()["offers"]
    assert [offer["marketplaceId"] for offer in offers] == [FR]


def test_goods_of_amazon_show_no_quantity(client):
    shown = client.listing("BULB", includedData="fulfillmentAvailability").json()
    assert shown["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "AMAZON_EU"}]


def test_get_refuses(client):
    assert error(client.listing("NONE")) == (404, "NotFound")
    assert error(client.listing("MUG")) == (404, "NotFound")
    assert error(client.listing("MUG/1", marketplaceIds=US)) == (403, "Unauthorized")
    assert error(client.listing("MUG/1", includedData="prices")) == (400, "InvalidInput")
    foreign = f"/listings/2021-08-01/items/{OTHER}/MUG%2F1"
    assert error(client.get(foreign, marketplaceIds=DE)) == (403, "Unauthorized")


def test_search_pages(shelf, client):
    query = {"marketplaceIds": DE, "sortBy": "sku", "sortOrder": "ASC", "pageSize": 20}
    first = client.get(PATH, **query)
    assert first.json()["numberOfResults"] == 27
    assert skus(first) == ["BULB", "MUG/1", *(f"S{number:02}" for number in range(18))]
    assert set(first.json()["pagination"]) == {"nextToken"}
    second = client.get(PATH, **query, pageToken=first.json()["pagination"]["nextToken"])
    assert skus(second) == [f"S{number:02}" for number in range(18, 25)]
    assert set(second.json()["pagination"]) == {"previousToken"}
    back = client.get(PATH, **query, pageToken=second.json()["pagination"]["previousToken"])
    assert skus(back) == skus(first)
    token = first.json()["pagination"]["nextToken"]
    assert error(client.get(PATH, **{**query, "pageSize": 10}, pageToken=token)) == (400, "InvalidInput")


def test_search_begins_with_what_changed_last(shelf, world, client):
    assert skus(client.get(PATH, marketplaceIds=DE))[0] == "S24"
    world.advance(1)
    client.patch("S03", [stock(9)])
    assert skus(client.get(PATH, marketplaceIds=DE))[:2] == ["S03", "S24"]


def test_search_filters(shelf, world, client):
    world.set_limit("searchListingsItems", 5, 50)

    def found(**query):
        general = {"marketplaceIds": DE, "pageSize": 20, "sortBy": "sku", "sortOrder": "ASC"}
        return skus(client.get(PATH, **general, **query))

    assert found(identifiers="S01,MUG/1,NONE", identifiersType="SKU") == ["MUG/1", "S01"]
    assert found(identifiers="B05", identifiersType="ASIN") == ["S05"]
    assert found(identifiers="123", identifiersType="EAN") == []
    assert "S01" in found(withStatus="BUYABLE") and "S00" not in found(withStatus="BUYABLE")
    assert found(withoutStatus="BUYABLE", createdAfter="2026-03-02T08:24:00Z") == ["S24"]
    assert found(withIssueSeverity="ERROR") == []
    assert found(variationParentSku="S01") == []


@pytest.mark.parametrize(
    "query",
    [
        {"identifiers": "S01"},
        {"identifiersType": "SKU"},
        {"identifiers": "S01", "identifiersType": "SKU", "variationParentSku": "S02"},
        {"identifiers": ",".join(["S01"] * 21), "identifiersType": "SKU"},
        {"pageSize": 21},
        {"sortBy": "price"},
        {"pageToken": "x"},
    ],
)
def test_search_refuses(client, query):
    assert error(client.get(PATH, marketplaceIds=DE, **query)) == (400, "InvalidInput")


def test_patch(world, client):
    answer = client.patch("MUG/1", [stock(3), price(8)]).json()
    assert (answer["sku"], answer["status"], answer["issues"]) == ("MUG/1", "ACCEPTED", [])
    books = world.books(SELLER)
    assert books["stock"]["MUG/1"]["quantity"] == 3 and str(books["prices"]["MUG/1"][DE]["amount"]) == "8"


def test_patch_with_issues_changes_nothing(world, client):
    answer = client.patch("MUG/1", [stock(3), price(-8)]).json()
    assert answer["status"] == "INVALID"
    assert answer["issues"][0]["attributeNames"] == ["purchasable_offer.our_price"]
    assert world.books(SELLER)["stock"]["MUG/1"]["quantity"] == 5


def test_preview_changes_nothing(world, client):
    answer = client.patch(
        "MUG/1", [stock(3)], mode="VALIDATION_PREVIEW", includedData="identifiers,issues"
    ).json()
    assert (answer["status"], answer["identifiers"]) == ("VALID", [{"marketplaceId": DE, "asin": "B0MUG"}])
    assert world.books(SELLER)["stock"]["MUG/1"]["quantity"] == 5
    world.advance(1)
    assert client.patch("NONE", [stock(3)], mode="VALIDATION_PREVIEW").json()["status"] == "INVALID"


def test_patch_of_an_unknown_sku(client):
    answer = client.patch("NONE", [stock(1)])
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["issues"][0]["code"]) == ("INVALID", "13013")


@pytest.mark.parametrize(
    ("patches", "query"),
    [
        ([], {}),
        ([{"op": "merge"}], {}),
        ([{**stock(1), "from": "x"}], {}),
        ([{**stock(1), "value": [1]}], {}),
        ([stock(1)], {"includedData": "identifiers"}),
        ([stock(1)], {"mode": "PREVIEW"}),
        ([stock(1)], {"marketplaceIds": ""}),
    ],
)
def test_patch_refuses(client, patches, query):
    assert error(client.patch("MUG/1", patches, **query)) == (400, "InvalidInput")
