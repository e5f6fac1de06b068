"""The operations of the Selling Partner API that are simulated."""

from . import feeds, listings, orders, reports, sellers

OPERATIONS = (
    *sellers.OPERATIONS,
    *feeds.OPERATIONS,
    *reports.OPERATIONS,
    *orders.OPERATIONS,
    *listings.OPERATIONS,
)
