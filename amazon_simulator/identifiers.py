"""Identifiers in Amazon's formats, the same ones in every run with the same seed."""

import itertools
import random
import uuid


class Identifiers:
    """A source of identifiers that never repeat.

    :param seed: of the random part; None takes one from the machine
    """

    def __init__(self, seed=None):
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)

    def secret(self, prefix, length=64):
        """Return e.g. a token: the prefix and hexadecimal digits that nobody can guess."""
        return f"{prefix}{self._random.getrandbits(length * 4):0{length}x}"

    def uuid(self):
        """Return a random UUID as text."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def job_id(self):
        """Return the id of a feed or report: eleven digits."""
        return str(50_000_000_000 + next(self._numbers))

    def document_id(self, region):
        """Return the id of a document of a feed or report."""
        return f"amzn1.tortuga.4.{region}.{self.uuid()}.{self.secret('T', 13).upper()}"

    def rma_id(self):
        """Return the number of a return that was authorised."""
        return f"D{self._random.getrandbits(32):08x}RRMA"

    def order_id(self):
        """Return an order id in 3-7-7 format."""
        return f"{self._random.randint(100, 999)}-{self._random.randrange(10**7):07}-{next(self._numbers):07}"

    def order_item_id(self):
        """Return an order item id: fourteen digits."""
        return f"{self._random.randint(1, 9)}{next(self._numbers):013}"
