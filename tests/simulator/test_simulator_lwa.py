"""Login with Amazon: which tokens it gives, and to whom it gives none."""

import pytest
import requests

from tests.simulator.helpers import (
    APPLICATION,
    OTHER,
    REDIRECT,
    REFRESH_TOKEN,
    SECOND_REDIRECT,
    SELLER,
    Client,
    token,
)


def issue_code(world, redirect_uri=REDIRECT):
    return world.authority.issue_code(world.applications[APPLICATION], world.sellers[SELLER], redirect_uri)


def exchange(amazon, code, redirect_uri=REDIRECT, **options):
    return token(amazon.url, grant_type="authorization_code", code=code, redirect_uri=redirect_uri, **options)


def refusal(answer):
    assert set(answer.json()) == {"error", "error_description"}
    return answer.status_code, answer.json()["error"]


def test_code_gives_tokens_that_work(amazon, world):
    answer = exchange(amazon, issue_code(world)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    headers = {"x-amz-access-token": answer["access_token"]}
    assert (
        requests.get(f"{amazon.url}/sellers/v1/marketplaceParticipations", headers=headers).status_code == 200
    )
    assert (
        token(amazon.url, grant_type="refresh_token", refresh_token=answer["refresh_token"]).status_code
        == 200
    )


def test_code_works_once(amazon, world):
    code = issue_code(world)
    assert exchange(amazon, code).status_code == 200
    assert refusal(exchange(amazon, code)) == (400, "invalid_grant")


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 400)])
def test_code_lives_five_minutes(amazon, world, seconds, status):
    code = issue_code(world)
    world.advance(seconds)
    assert exchange(amazon, code).status_code == status


def test_code_is_bound_to_its_redirect_uri(amazon, world):
    assert refusal(exchange(amazon, issue_code(world), SECOND_REDIRECT)) == (400, "invalid_grant")


def test_code_is_bound_to_its_application(amazon, world):
    world.register_application("amzn1.sp.solution.b", "client-b", "secret-b", [REDIRECT])
    answer = exchange(amazon, issue_code(world), client_id="client-b", client_secret="secret-b")
    assert refusal(answer) == (400, "invalid_grant")


def test_new_authorization_ends_the_earlier_refresh_token(amazon, world):
    client = Client(amazon)
    exchange(amazon, issue_code(world))
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert refusal(answer) == (400, "invalid_grant")
    assert client.get("/sellers/v1/marketplaceParticipations").status_code == 200


def test_access_token_lives_an_hour(amazon, world, client):
    world.advance(3599)
    assert client.get("/sellers/v1/marketplaceParticipations").status_code == 200
    world.advance(1)
    answer = client.get("/sellers/v1/marketplaceParticipations")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["details"] == "The access token you provided has expired."


def test_revoked_authorization_ends_all_tokens(amazon, world, client):
    world.revoke(SELLER)
    assert client.get("/sellers/v1/marketplaceParticipations").status_code == 403
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert refusal(answer) == (400, "invalid_grant")


def test_authorization_lives_a_year(amazon, world):
    world.applications[APPLICATION].secret_expires = world.clock.now().replace(year=2099)
    world.advance(364 * 86400)
    assert token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN).status_code == 200
    world.advance(86400)
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert refusal(answer) == (400, "invalid_grant")


def test_client_secret_lives_180_days(amazon, world, client):
    world.advance(180 * 86400 - 1)
    client.renew()
    world.advance(1)
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert refusal(answer) == (403, "invalid_client")
    assert "expired" in answer.json()["error_description"]
    assert client.get("/sellers/v1/marketplaceParticipations").status_code == 403


def test_client_secret_can_expire_at_once(amazon, world):
    world.expire_secret()
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert refusal(answer) == (403, "invalid_client")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        ({"grant_type": "refresh_token", "refresh_token": "Atzr|none"}, (400, "invalid_grant")),
        ({"grant_type": "authorization_code", "code": "x"}, (400, "invalid_request")),
        ({"grant_type": "client_credentials"}, (400, "invalid_request")),
        ({"grant_type": "client_credentials", "scope": "all"}, (400, "invalid_scope")),
        ({"grant_type": "refresh_token", "client_secret": "wrong"}, (401, "invalid_client")),
        ({"grant_type": "refresh_token", "client_id": "wrong"}, (401, "invalid_client")),
        ({"grant_type": "refresh_token", "client_id": ""}, (400, "invalid_request")),
    ],
)
def test_refusals(amazon, form, expected):
    assert refusal(token(amazon.url, **form)) == expected


def test_json_body_is_refused(amazon):
    answer = requests.post(f"{amazon.url}/auth/o2/token", json={"grant_type": "refresh_token"})
    assert refusal(answer) == (400, "invalid_request")


def test_grantless_token_is_of_no_use_for_a_seller(amazon):
    scope = "sellingpartnerapi::notifications"
    answer = token(amazon.url, grant_type="client_credentials", scope=scope).json()
    assert answer["scope"] == scope and "refresh_token" not in answer
    headers = {"x-amz-access-token": answer["access_token"]}
    assert (
        requests.get(f"{amazon.url}/sellers/v1/marketplaceParticipations", headers=headers).status_code == 403
    )


def test_tokens_are_bound_to_their_seller(amazon, client):
    other = Client(amazon, OTHER, None)
    ours = {
        row["marketplace"]["id"]
        for row in client.get("/sellers/v1/marketplaceParticipations").json()["payload"]
    }
    theirs = {
        row["marketplace"]["id"]
        for row in other.get("/sellers/v1/marketplaceParticipations").json()["payload"]
    }
    assert ours and theirs and not ours & theirs
