"""Returns: what buyers asked to send back to sellers, and what came back to Amazon."""

from dataclasses import dataclass, field


@dataclass
class Return:
    """One item of a return.

    :param str rma_id: number of the authorisation; of goods at Amazon, part of the licence plate
    :param dict columns: of the report, that are not as usual
    """

    order: object
    line: object
    quantity: int
    reason: str
    rma_id: str
    moment: object
    columns: dict = field(default_factory=dict)


class ReturnBook:
    """All returns of all sellers, oldest first."""

    def __init__(self):
        self._requests, self._received = {}, {}

    def requests(self, seller_id):
        """Return the returns of orders that a seller shipped."""
        return self._requests.get(seller_id, [])

    def received(self, seller_id):
        """Return the returns of orders that Amazon shipped."""
        return self._received.get(seller_id, [])

    def of(self, seller_id):
        """Return both."""
        return [*self.requests(seller_id), *self.received(seller_id)]

    def add(self, order, items, rma_id, moment, columns):
        """Keep a return of shipped goods, in the list of who shipped them.

        :param list items: [{sku, quantity, reason}]
        :raise ValueError: goods that were not shipped, or are in other returns already
        """
        book = self._received if order.fulfilled_by == "AMAZON" else self._requests
        known = book.setdefault(order.seller_id, [])
        new = []
        for item in items:
            line = _line(order, item["sku"])
            before = sum(other.quantity for other in (*known, *new) if other.line is line)
            if not 0 < item["quantity"] <= line.shipped - before:
                left = line.shipped - before
                raise ValueError(
                    f"{item['quantity']} units of {item['sku']} cannot come back: {left} are left."
                )
            new.append(Return(order, line, item["quantity"], item["reason"], rma_id, moment, columns))
        known += new


def _line(order, sku):
    for line in order.lines.values():
        if line.sku == sku:
            return line
    raise ValueError(f"The order {order.id} has no item {sku}.")
