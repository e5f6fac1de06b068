import pytest
from amazon import causes
from amazon.errors import EXPIRED_ADDRESS, AmazonError
from amazon.lwa import EXPIRED_CLIENT_SECRET

DENIED = AmazonError("Unauthorized", "Access to requested resource is denied.", status=403)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (AmazonError("invalid_grant", "The request has an invalid grant parameter", status=400), "revoked"),
        (AmazonError("invalid_client", "Client authentication failed", status=401), "app_refused"),
        (AmazonError("unauthorized_client", "Not authorized", status=400), "app_refused"),
        (AmazonError(EXPIRED_CLIENT_SECRET, "Expired", status=403), "secret_expired"),
        (
            AmazonError("Unauthorized", "The LWA secret token you provided has expired.", status=403),
            "secret_expired",
        ),
        (AmazonError("Unauthorized", "The access token you provided has expired.", status=403), "stale_key"),
        (
            AmazonError(
                "Unauthorized", "The access token you provided is revoked, malformed or invalid.", status=403
            ),
            "stale_key",
        ),
        (DENIED, "denied"),
        (AmazonError("Unauthorized", "Denied.", status=403, operation=causes.ROLE_FREE), "wrong_region"),
        (AmazonError(EXPIRED_ADDRESS, "The address is too old.", status=403), None),
        (AmazonError("InvalidInput", "No such order.", status=400), None),
        (AmazonError("Timeout", "Nothing came."), None),
    ],
)
def test_what_an_error_says_about_the_account(error, cause):
    assert causes.cause_of(error) == cause


class Seller:
    """Answers getMarketplaceParticipations with ids of marketplaces, or raises."""

    def __init__(self, answer):
        self._answer = answer

    def get_marketplace_participations(self):
        if isinstance(self._answer, Exception):
            raise self._answer
        return [{"marketplace": {"id": number}} for number in self._answer]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (["DE", "FR"], "role_missing"),
        (["US"], "wrong_region"),
        (AmazonError("Unauthorized", "Denied.", status=403, operation=causes.ROLE_FREE), "wrong_region"),
        (AmazonError("Unauthorized", "The access token is revoked.", status=403), "stale_key"),
        (AmazonError("Throttled", "Wait."), None),
    ],
)
def test_a_role_and_a_region_are_told_apart(answer, cause):
    assert causes.tell_apart(Seller(answer), {"DE", "FR", "IT"}) == cause
