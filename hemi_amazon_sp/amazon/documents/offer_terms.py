"""Sale price and business price: what an offer has besides its price.

Sources: "Manage purchasable offer"; "Merge a listing" (an explicit null removes what was set; its example is
``quantity_discount_plan``); changelog of September 2024, "Amazon Business (B2B) pricing".
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..money import round_money

ALL, BUSINESS = "ALL", "B2B"  # audiences


@dataclass(frozen=True)
class Sale:
    """A lower price for some days.

    :param Decimal amount: as buyers see it
    :param date starts: first day
    :param date ends: last day
    """

    amount: Decimal
    starts: date
    ends: date


@dataclass(frozen=True)
class Terms:
    """Sale price and business price of one SKU in one marketplace.

    :param Sale sale: None leaves it alone
    :param Decimal business: what companies pay, as they see it; None leaves it alone
    :param frozenset ends: ``sale``, ``business``: of which Amazon was told before, and is to forget it
    """

    marketplace_id: str
    currency: str
    sale: Sale | None = None
    business: Decimal | None = None
    ends: frozenset = field(default_factory=frozenset)

    @property
    def amounts(self):
        amounts = (self.sale and self.sale.amount, self.business)
        return [amount for amount in amounts if amount is not None]

    def offer_of(self, audience):
        """Return what tells an offer of Amazon's apart: marketplace, currency and audience."""
        return {"marketplace_id": self.marketplace_id, "currency": self.currency, "audience": audience}

    def sale_of_offer(self):
        """Return what the offer for everybody says of the sale.

        :rtype: dict
        """
        if self.sale:
            schedule = {
                "start_at": self.sale.starts.isoformat(),
                "end_at": self.sale.ends.isoformat(),
                "value_with_tax": round_money(self.sale.amount, self.currency),
            }
            return {"discounted_price": [{"schedule": [schedule]}]}
        return {"discounted_price": None} if "sale" in self.ends else {}

    def business_offer(self):
        """Return the offer for companies, or None."""
        if self.business is None:
            return None
        return self.offer_of(BUSINESS) | {"our_price": price_of(round_money(self.business, self.currency))}


def price_of(amount):
    """Return a price in the shape of ``purchasable_offer``."""
    return [{"schedule": [{"value_with_tax": amount}]}]


def problems(terms, sku):
    """Return what Amazon would refuse about the terms, in sentences."""
    sale = terms.sale
    if sale and sale.starts > sale.ends:
        return [f"The sale of the SKU {sku!r} ends before it begins."]
    return []
