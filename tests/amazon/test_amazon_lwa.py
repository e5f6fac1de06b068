import logging
from urllib.parse import parse_qs

import pytest
from amazon.errors import AmazonError
from amazon.lwa import NOTIFICATIONS, LwaClient
from amazon.transport import new_session

CLIENT = {"client_id": ["amzn1.application-oa2-client.1"], "client_secret": ["amzn1.oa2-cs.v1.secret&="]}
GRANT = {"access_token": "Atza|new", "refresh_token": "Atzr|kept", "token_type": "bearer", "expires_in": 3600}


@pytest.fixture
def entries():
    return []


@pytest.fixture
def lwa(server, entries):
    server.answers_json(GRANT)
    values = [CLIENT["client_id"][0], CLIENT["client_secret"][0]]
    return LwaClient(server.url + "/auth/o2/token", *values, session=new_session(), journal=entries.append)


def refusal(function, *values):
    with pytest.raises(AmazonError) as caught:
        function(*values)
    return caught.value


@pytest.mark.parametrize(
    ("method", "values", "sent"),
    [
        (
            "exchange_code",
            ("ANcode", "https://erp.test/callback?a=b"),
            {
                "grant_type": ["authorization_code"],
                "code": ["ANcode"],
                "redirect_uri": ["https://erp.test/callback?a=b"],
            },
        ),
        ("refresh", ("Atzr|kept",), {"grant_type": ["refresh_token"], "refresh_token": ["Atzr|kept"]}),
        (
            "client_credentials",
            (NOTIFICATIONS,),
            {"grant_type": ["client_credentials"], "scope": ["sellingpartnerapi::notifications"]},
        ),
    ],
)
def test_grants(lwa, server, method, values, sent):
    grant = getattr(lwa, method)(*values)
    assert (grant.access_token, grant.refresh_token, grant.expires_in) == ("Atza|new", "Atzr|kept", 3600)
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", "/auth/o2/token")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert parse_qs(seen.body.decode(), strict_parsing=True) == sent | CLIENT


def test_client_credentials_come_without_refresh_token(lwa, server):
    server.answers_json({"access_token": "Atc|1", "expires_in": 3600, "scope": "s", "token_type": "bearer"})
    assert lwa.client_credentials(NOTIFICATIONS).refresh_token is None


def test_a_grant_does_not_show_its_tokens(lwa):
    assert "Atz" not in repr(lwa.refresh("Atzr|kept"))


@pytest.mark.parametrize(
    ("status", "error", "description", "code", "transient"),
    [
        (400, "invalid_grant", "The request has an invalid grant parameter", "invalid_grant", False),
        (401, "invalid_client", "Client authentication failed", "invalid_client", False),
        (401, "invalid_client", "The client secret is wrong", "invalid_client", False),
        (400, "unauthorized_client", "Not authorized for requested operation", "unauthorized_client", False),
        (
            403,
            "unauthorized_client",
            "The LWA secret token you provided has expired",
            "expired_client_secret",
            False,
        ),
        (403, None, "The LWA secret token you provided has expired.", "expired_client_secret", False),
        (500, "server_error", "Oops", "server_error", True),
        (503, "temporarily_unavailable", "", "temporarily_unavailable", True),
        (503, None, "", "server_error", True),
        (429, None, "", "server_error", True),
    ],
)
def test_errors(lwa, server, status, error, description, code, transient):
    body = {"error": error, "error_description": description}
    server.answers_json({name: value for name, value in body.items() if value is not None}, status)
    caught = refusal(lwa.refresh, "Atzr|kept")
    assert (caught.code, caught.is_transient, caught.status) == (code, transient, status)
    assert caught.operation == "LWA refresh_token"
    assert caught.message


@pytest.mark.parametrize(
    ("status", "code"), [(500, "server_error"), (502, "server_error"), (407, "BadAnswer")]
)
@pytest.mark.parametrize("body", [b"<html>bad gateway</html>", b"", b"[]", b'{"error":{"a":1}}'])
def test_answers_that_are_not_lwas(lwa, server, status, code, body):
    server.answers(status, body)
    caught = refusal(lwa.refresh, "Atzr|kept")
    assert caught.is_transient
    if b"error" not in body:
        assert caught.code == code


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"access_token": "", "expires_in": 3600},
        {"access_token": 5, "expires_in": 3600},
        {"access_token": "Atza|x"},
        {"access_token": "Atza|x", "expires_in": "3600"},
        {"access_token": "Atza|x", "expires_in": 0},
    ],
)
def test_a_grant_that_cannot_be_used(lwa, server, payload):
    server.answers_json(payload)
    assert refusal(lwa.refresh, "Atzr|kept").code == "BadAnswer"


def test_plain_http_is_refused():
    lwa = LwaClient("http://api.amazon.test/auth/o2/token", "id", "secret")
    assert refusal(lwa.refresh, "Atzr|kept").code == "BadAddress"


def test_the_journal_knows_the_grant_type(lwa, entries):
    lwa.refresh("Atzr|kept")
    assert (entries[0]["operation"], entries[0]["path"]) == ("LWA refresh_token", "/auth/o2/token")


def test_nothing_secret_is_logged(lwa, server, caplog):
    caplog.set_level(logging.DEBUG)
    lwa.exchange_code("ANcode", "https://erp.test/callback")
    server.answers_json({"error": "invalid_grant", "error_description": "bad Atzr|kept"}, 400)
    logging.getLogger("amazon.test").warning("%s", refusal(lwa.refresh, "Atzr|kept"))
    assert "invalid_grant" in caplog.text
    for secret in ("ANcode", "Atz", CLIENT["client_secret"][0]):
        assert secret not in caplog.text


def refuse_secrets(server, *refused, status=401, payload=None):
    """Refuse some client secrets as LWA does, and take all others."""
    payload = payload or {"error": "invalid_client", "error_description": "Client authentication failed"}

    def answer(handler):
        secret = parse_qs(handler.server.seen[-1].body.decode())["client_secret"][0]
        good = secret not in refused
        server.answers_json(GRANT if good else payload, 200 if good else status)
        final, server.answer = server.answer, answer
        final(handler)

    server.answer = answer


def spare_lwa(server, *secrets):
    worked = []
    first, *spares = secrets
    client = LwaClient(
        server.url + "/auth/o2/token",
        "client",
        first,
        session=new_session(),
        spare_secrets=spares,
        on_spare=worked.append,
    )
    return client, worked


EXPIRED = {"error": "invalid_client", "error_description": "The LWA secret token you provided has expired."}


@pytest.mark.parametrize(("status", "payload"), [(401, None), (403, EXPIRED)])
def test_a_refused_secret_gives_way_to_the_next(server, status, payload):
    refuse_secrets(server, "one", "two", status=status, payload=payload)
    client, worked = spare_lwa(server, "one", "two", "three")
    assert client.refresh("Atzr|kept").access_token == "Atza|new"
    assert worked == ["three"]
    assert len(server.seen) == 3


def test_the_first_secret_works_and_no_other_is_shown(server):
    server.answers_json(GRANT)
    client, worked = spare_lwa(server, "one", "two")
    client.refresh("Atzr|kept")
    assert worked == []
    assert len(server.seen) == 1


def test_all_secrets_are_refused(server):
    refuse_secrets(server, "one", "two")
    client, worked = spare_lwa(server, "one", "two")
    assert refusal(client.refresh, "Atzr|kept").code == "invalid_client"
    assert worked == []


def test_only_a_refused_secret_is_a_reason_for_another(server):
    server.answers_json({"error": "invalid_grant", "error_description": "no"}, 400)
    client, _worked = spare_lwa(server, "one", "two")
    assert refusal(client.refresh, "Atzr|kept").code == "invalid_grant"
    assert len(server.seen) == 1
