CONTEXT = "hemi_amazon_page"


class OrderPage:
    """New orders that become sale orders together, and what was looked up for them, each thing once.

    It lives in the context of their import, no longer than its savepoint, so that nothing in it is stale.

    :param list pairs: (hemi.amazon.order, :class:`orders.Order`)
    """

    def __init__(self, pairs):
        self.pairs = pairs
        self._found = {}

    @property
    def orders(self):
        return [order for _record, order in self.pairs]

    @classmethod
    def of(cls, record, order=None):
        """Give the page of an order that is being imported; one of its own if it is imported alone."""
        return record.env.context.get(CONTEXT) or cls([(record, order)])

    def once(self, key, find):
        """Give what ``find`` gives, and call it only the first time."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]
