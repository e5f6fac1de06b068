import pytest
from amazon.errors import AmazonError
from amazon.regions import CUSTOM, LWA_URL, PRODUCTION, REGIONS, SANDBOX, Endpoints, check_secure, endpoints


@pytest.mark.parametrize("code", ["na", "eu", "fe"])
def test_amazons_own_addresses(code):
    host = f"sellingpartnerapi-{code}.amazon.com"
    assert endpoints(code, PRODUCTION) == Endpoints(f"https://{host}", LWA_URL)
    assert endpoints(code, SANDBOX) == Endpoints(f"https://sandbox.{host}", LWA_URL)


def test_there_are_three_regions():
    assert set(REGIONS) == {"na", "eu", "fe"}


@pytest.mark.parametrize(
    "base",
    [
        "https://amazon.test",
        "http://127.0.0.1:8080",
        "http://localhost:1/",
        "http://[::1]:9",
        "http://127.9.9.9",
    ],
)
def test_custom_base_serves_api_and_lwa(base):
    clean = base.rstrip("/")
    assert endpoints("eu", CUSTOM, base) == Endpoints(clean, f"{clean}/auth/o2/token")


@pytest.mark.parametrize(
    "base",
    [
        None,
        "",
        "amazon.test",
        "ftp://amazon.test",
        "http://amazon.test",
        "http://127.0.0.1.amazon.test",
        "http://localhost.amazon.test",
        "http://10.0.0.1",
        "https://",
        "https://host:port",
        "https://host:99999",
        "https://[::1",
        "https://user:password@host",
        "https://host?query=1",
        "https://host#part",
    ],
)
def test_unsafe_or_broken_bases_are_refused_in_words(base):
    with pytest.raises(AmazonError) as caught:
        endpoints("eu", CUSTOM, base)
    assert caught.value.code == "BadAddress"
    assert caught.value.outcome == "not_sent"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(("region", "environment"), [("us", PRODUCTION), ("eu", "staging"), (None, None)])
def test_unknown_region_or_environment(region, environment):
    with pytest.raises(AmazonError, match="BadAddress"):
        endpoints(region, environment)


def test_presigned_addresses_keep_their_query():
    assert check_secure("https://bucket.test/a?X-Amz-Signature=1").query == "X-Amz-Signature=1"
