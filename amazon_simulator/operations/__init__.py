"""The operations of the Selling Partner API that are simulated."""

from . import applications, feeds, listings, notifications, orders, orders_v0, reports, sellers

OPERATIONS = (
    *sellers.OPERATIONS,
    *feeds.OPERATIONS,
    *reports.OPERATIONS,
    *orders.OPERATIONS,
    *orders_v0.OPERATIONS,
    *listings.OPERATIONS,
    *applications.OPERATIONS,
    *notifications.OPERATIONS,
)
