"""What an operation is, and what it is called with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import invalid, unauthorized
from ..limits import Limit
from ..marketplaces import MARKETPLACES
from ..validation import Body, Parameter


@dataclass(frozen=True)
class Operation:
    """One operation.

    :param str name: Amazon's operationId
    :param str path: with ``{name}`` for path parameters
    :param handler: called with a ``Call``; returns (status, JSON or None)
    :param float rate: tokens a second of one seller and application; the header shows it
    :param frozenset roles: the application must have one of them
    :param extra_claims: called with a ``Call`` whose parameters were read; returns more (key, limit)
    :param str scope: of the grantless token that it takes; None: it takes a seller's token
    """

    name: str
    method: str
    path: str
    handler: Callable
    rate: float
    burst: int
    roles: frozenset = frozenset()
    query: tuple[Parameter, ...] = ()
    body: Body | None = None
    extra_claims: Callable | None = None
    scope: str | None = None
    parameters: dict = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "parameters", {parameter.name: parameter for parameter in self.query})

    @property
    def limit(self):
        """The general limit."""
        return Limit(self.rate, self.burst)


@dataclass
class Call:
    """One call of an operation by an application, for a seller or without one (None).

    :param dict path: path parameters, decoded
    :param dict query: as ``validation.read_query`` returns it
    :param body: JSON of the request, None if it has none
    :param datetime now: the moment of its effects
    """

    world: object
    operation: Operation
    application: object
    seller: object
    path: dict
    query: dict = field(default_factory=dict)
    body: object = None
    now: object = None

    @property
    def seller_id(self):
        """The seller's id, or None."""
        return self.seller.id if self.seller else None

    def key(self, case, seller=True):
        """Return the key of a counter: for this application, and this seller unless it is for all of them."""
        return case, self.application.id, self.seller_id if seller else None

    def check_marketplaces(self, marketplace_ids):
        """Refuse marketplaces that do not exist, are of another region, or are not the seller's."""
        for marketplace_id in marketplace_ids:
            if marketplace_id not in MARKETPLACES:
                raise invalid(f"Invalid marketplaceId: {marketplace_id}")
            if marketplace_id not in self.seller.marketplaces:
                raise unauthorized(
                    f"The selling partner does not participate in {marketplace_id} of this region."
                )
