"""Application Management API v2023-11-30."""

from ..errors import invalid
from ..lwa_scopes import ROTATION
from .operation import Operation

NOT_ENROLLED = (
    "Application is not enrolled for rotation notification. Please update application notification "
    "preference in Developer console."
)


def rotate_application_client_secret(call):
    """Make a new client secret and send it to the queue of the application; there is no body."""
    if call.application.queue is None:
        raise invalid(NOT_ENROLLED)
    call.world.rotate_secret(call.application.id)
    return 204, None


OPERATIONS = (
    Operation(
        "rotateApplicationClientSecret",
        "POST",
        "/applications/2023-11-30/clientSecret",
        rotate_application_client_secret,
        0.0167,
        1,
        scope=ROTATION,
    ),
)
