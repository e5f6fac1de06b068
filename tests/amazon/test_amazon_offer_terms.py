"""Sale price and business price in the documents of the listings."""

import json
from datetime import date
from decimal import Decimal

import pytest
from amazon.documents.listings import ListingPatch, Price, json_patches, problems
from amazon.documents.offer_terms import Sale, Terms

GERMANY = "A1PA6795UKMFR9"
SALE = Sale(Decimal("15.499"), date(2026, 12, 1), date(2026, 12, 24))


def patch(price=None, **terms):
    return ListingPatch(7, "LAMP-1", "LAMP", price=price, terms=Terms(GERMANY, "EUR", **terms))


def offer(audience="ALL", **values):
    return {"marketplace_id": GERMANY, "currency": "EUR", "audience": audience, **values}


def test_sale_and_business_price_are_merged_into_their_offers():
    price = Price(GERMANY, "EUR", Decimal("20"))
    (operation,) = json_patches(patch(price, sale=SALE, business=Decimal("18")))
    schedule = {"start_at": "2026-12-01", "end_at": "2026-12-24", "value_with_tax": Decimal("15.50")}
    assert operation == {
        "op": "merge",
        "path": "/attributes/purchasable_offer",
        "value": [
            offer(
                our_price=[{"schedule": [{"value_with_tax": Decimal("20.00")}]}],
                discounted_price=[{"schedule": [schedule]}],
            ),
            offer("B2B", our_price=[{"schedule": [{"value_with_tax": Decimal("18.00")}]}]),
        ],
    }


def test_what_ends_is_taken_back_and_nothing_else():
    merge, delete = json_patches(patch(ends=frozenset(["sale", "business"])))
    assert (merge["op"], merge["value"]) == ("merge", [offer(discounted_price=None)])
    assert (delete["op"], delete["value"]) == ("delete", [offer("B2B")])
    assert json_patches(patch()) == []


def test_the_message_of_a_feed_says_the_same():
    mine = patch(sale=SALE)
    message = json.loads(mine.message, parse_float=Decimal)
    assert message["messageId"] == 7
    assert message["patches"] == json_patches(mine)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"sale": Sale(Decimal(15), date(2026, 12, 2), date(2026, 12, 1))}, "ends before it begins"),
        ({"sale": Sale(Decimal(0), date(2026, 12, 1), date(2026, 12, 1))}, "not above zero"),
        ({"business": Decimal("NaN")}, "not above zero"),
    ],
)
def test_terms_that_amazon_would_refuse(terms, words):
    assert words in " ".join(problems(patch(**terms)))


def test_terms_that_are_fine():
    assert problems(patch(sale=SALE, business=Decimal("18"))) == []
