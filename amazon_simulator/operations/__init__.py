"""The operations of the Selling Partner API that are simulated."""

from . import applications, feeds, listings, orders, sellers

OPERATIONS = (
    *sellers.OPERATIONS,
    *feeds.OPERATIONS,
    *orders.OPERATIONS,
    *listings.OPERATIONS,
    *applications.OPERATIONS,
)
