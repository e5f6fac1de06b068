"""What `make fuzz` sends: requests that are nearly right, plainly wrong, too long, doubled, or no text."""

from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

FOLDER = "/hemi_amazon_sp/oauth/"
# the parameters that each page reads
NAMES = {
    "start": ("link", "csrf_token"),
    "callback": ("state", "selling_partner_id", "spapi_oauth_code", "error"),
    "login": ("selling_partner_id", "amazon_callback_uri", "amazon_state", "version"),
}
OTHERS = ("lang", "debug", "db", "redirect_uri", "mws_auth_token", "session_id", *sum(NAMES.values(), ()))
COOKIES = ("hemi_amazon_sp_browser", "session_id", "frontend_lang", "tz", "cids")
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
TYPES = (FORM, MULTIPART, "multipart/form-data", "application/json", "text/plain", "", "x" * 300)
METHODS = ("HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH")
_METHOD = st.sampled_from(METHODS)
_ADDRESS = st.one_of(st.ip_addresses().map(str), st.sampled_from(("unknown", "1.2.3.4, 5.6.7.8", "::")))
LONG = (1_000, 2_048, 2_049, 20_000, 60_000)


@dataclass(frozen=True)
class Request:
    """One HTTP request, as it goes over the wire."""

    method: str
    target: str
    headers: dict = field(default_factory=dict)
    body: bytes = b""


def requests(known):
    """Give the strategy that makes requests.

    :param dict known: parameter -> values of it that mean something to the server
    """
    return st.sampled_from(sorted(NAMES)).flatmap(lambda page: _requests(page, known))


def _requests(page, known):
    texts = sorted(set(sum(known.values(), [])))
    junk = _junk(texts)
    own = st.tuples(*(_parameter(name, known.get(name, texts), junk) for name in NAMES[page]))
    extra = st.lists(st.tuples(st.one_of(st.sampled_from(OTHERS), st.text(max_size=12)), junk), max_size=3)
    pairs = st.one_of(own, st.tuples(own, extra).map(lambda both: [*filter(None, both[0]), *both[1]]))
    path = FOLDER + page
    # an address with NUL is none of our pages; Odoo looks for an attachment there and fails
    other_path = _nearly(path).filter(lambda text: "\0" not in text)
    return st.builds(
        _request,
        method=st.integers(0, 9).flatmap(
            lambda dice: st.just("POST" if dice < 4 and page == "start" else "GET") if dice else _METHOD
        ),
        path=st.integers(0, 9).flatmap(lambda dice: st.just(path) if dice else other_path),
        query=pairs.map(_encoded),
        form=pairs.map(_encoded),
        kind=st.one_of(st.just(FORM), st.sampled_from(TYPES)),
        cookies=st.lists(st.tuples(st.sampled_from(COOKIES), junk), max_size=3),
        address=st.integers(0, 19).flatmap(lambda dice: st.none() if dice else _ADDRESS),
        language=st.sampled_from(("en", "de-DE,de;q=0.9", "xx", ";;", "a" * 200)),
    )


def _parameter(name, good, junk):
    """A parameter as it should be, or not, or not at all."""
    right = st.sampled_from(good)
    value = st.one_of(right, right, right, right.flatmap(_nearly), junk)
    return st.integers(0, 9).flatmap(lambda dice: st.tuples(st.just(name), value) if dice else st.none())


def _junk(texts):
    return st.one_of(
        st.sampled_from(texts),
        st.text(max_size=60),
        st.binary(max_size=40),
        st.sampled_from(LONG).map(lambda length: "x" * length),
        st.sampled_from(("", "0", "%00", "a\r\nSet-Cookie: a=b", "\u202e", "'; --", "<script>", "../../etc")),
    )


def _nearly(text):
    """The text, cut, doubled, or with something strange in it."""
    places = st.integers(0, len(text))
    return st.one_of(
        places.map(lambda place: text[:place]),
        st.tuples(places, st.characters()).map(lambda cut: text[: cut[0]] + cut[1] + text[cut[0] :]),
        st.just(text.upper()),
        st.just(text + text),
        st.just(text + "/"),
    )


def _encoded(pairs):
    """Write parameters; those that are left out are None."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in filter(None, pairs))


def _quoted(value):
    return quote_plus(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))


def _request(method, path, query, form, kind, cookies, address, language):
    headers = {
        "X-Forwarded-Host": "127.0.0.1",
        "Accept-Language": language,
        "Cookie": "; ".join(f"{name}={_quoted(value)[:3000]}" for name, value in cookies),
    }
    if address:
        headers["X-Forwarded-For"] = address
    target = quote(path.encode("utf-8", "surrogatepass"), safe="/") + (f"?{query}" if query else "")
    if method in ("GET", "HEAD"):
        return Request(method, target, headers)
    body = _multipart(form) if kind == MULTIPART else form.encode()
    return Request(method, target, headers | {"Content-Type": kind}, body)


def _multipart(form):
    """The parameters as parts of a form with files; what has no name is cut short."""
    parts = (pair.partition("=") for pair in form.split("&"))
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, _, value in parts
    ]
    return "\r\n".join([*lines, "--x--" if len(lines) % 3 else ""]).encode()
