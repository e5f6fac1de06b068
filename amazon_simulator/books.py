"""What Amazon holds of one seller, added up from what it was told."""

from .clock import iso


def seller_books(world, seller):
    """Return a seller's books.

    :return dict: ``stock`` sku -> {channel, quantity, updates}; ``prices`` sku -> marketplace id ->
        {amount, currency, updates}; ``terms`` sku -> marketplace id -> {sale, business}, where there are any;
        ``orders`` order id -> {status, marketplaceId, items}; ``shipments``,
        ``cancellations``, ``refunds``, ``invoices``, ``returns``, ``feeds``, ``reports`` as lists.
        Amounts are ``Decimal``.
    """
    orders, now = list(world.orders.of(seller.id)), world.clock.now()
    return {
        "stock": {listing.sku: _stock(listing) for listing in seller.listings.values()},
        "prices": {listing.sku: _prices(listing) for listing in seller.listings.values()},
        "terms": {listing.sku: _terms(listing) for listing in seller.listings.values()},
        "orders": {order.id: _order(order) for order in orders},
        "shipments": [shipment for order in orders for shipment in _shipments(order)],
        "cancellations": [cancellation for order in orders for cancellation in _cancellations(order)],
        "refunds": [refund for order in orders for refund in _refunds(order)],
        "invoices": world.invoices.shown(seller.id, now),
        "returns": [_return(known) for known in world.returns.of(seller.id)],
        "feeds": [_feed(feed, now) for feed in world.feeds.of(seller.id)],
        "reports": [_report(report, now) for report in world.reports.of(seller.id)],
    }


def _stock(listing):
    return {"channel": listing.channel, "quantity": listing.quantity, "updates": listing.stock_updates}


def _prices(listing):
    return {
        marketplace_id: {
            "amount": price,
            "currency": currency,
            "updates": listing.price_updates.get(marketplace_id, 0),
        }
        for marketplace_id, currency, audience, price in listing.offers()
        if audience == "ALL"
    }


def _terms(listing):
    terms = {
        marketplace_id: {"business": price}
        for marketplace_id, _currency, audience, price in listing.offers()
        if audience == "B2B"
    }
    for offer in listing.attributes.get("purchasable_offer", []):
        if "discounted_price" in offer:
            schedule = offer["discounted_price"][0]["schedule"][0]
            sale = (schedule["value_with_tax"], schedule["start_at"], schedule["end_at"])
            terms.setdefault(offer["marketplace_id"], {})["sale"] = sale
    return terms


def _order(order):
    items = {line.id: _item(line) for line in order.lines.values()}
    return {"status": order.status, "marketplaceId": order.marketplace_id, "items": items}


def _item(line):
    components = sorted({component for refund in line.refunds for component in refund})
    return {
        "sku": line.sku,
        "ordered": line.ordered,
        "shipped": line.shipped,
        "cancelled": line.cancelled,
        "paid": dict(line.paid),
        "refunded": {component: line.refunded(component) for component in components},
        "refunds": len(line.refunds),
    }


def _shipments(order):
    for package in order.data.get("packages", []):
        yield {"orderId": order.id, **package}


def _cancellations(order):
    for line in order.lines.values():
        execution = line.data.get("cancellation", {}).get("cancellationExecution")
        if execution:
            yield {"orderId": order.id, "orderItemId": line.id, "quantity": line.cancelled, **execution}


def _refunds(order):
    for line in order.lines.values():
        for components in line.refunds:
            yield {"orderId": order.id, "orderItemId": line.id, "components": dict(components)}


def _return(known):
    return {
        "orderId": known.order.id,
        "orderItemId": known.line.id,
        "rmaId": known.rma_id,
        "quantity": known.quantity,
        "reason": known.reason,
        "time": iso(known.moment),
    }


def _report(report, now):
    return {
        "reportId": report.id,
        "reportType": report.type,
        "marketplaceIds": report.marketplace_ids,
        "createdTime": iso(report.created),
        "processingStatus": report.status(now),
    }


def _feed(feed, now):
    outcome = feed.outcome
    return {
        "feedId": feed.id,
        "feedType": feed.type,
        "marketplaceIds": feed.marketplace_ids,
        "inputFeedDocumentId": feed.document_id,
        "createdTime": iso(feed.created),
        "processingStatus": feed.status(now),
        "processed": outcome.processed if outcome else None,
        "accepted": outcome.accepted if outcome else None,
    }
