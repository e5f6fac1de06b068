"""The operations of the Selling Partner API that are simulated."""

from . import applications, feeds, listings, notifications, orders, reports, sellers

OPERATIONS = (
    *sellers.OPERATIONS,
    *feeds.OPERATIONS,
    *reports.OPERATIONS,
    *orders.OPERATIONS,
    *listings.OPERATIONS,
    *applications.OPERATIONS,
    *notifications.OPERATIONS,
)
