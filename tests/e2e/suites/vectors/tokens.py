#!/usr/bin/env python3
"""Writes tokens.json: session tokens made with Python's own hmac, and the code that each is refused with."""

import base64
import hashlib
import hmac
import json
import pathlib

KEY, KID, NOW = "a-session-key-of-at-least-32-characters", "key-1", 1778241720
CLAIMS = {
    "iss": "acme-app", "aud": "peeker-checkout/test", "sub": "client@example.com", "jti": "ses_1", "iat": NOW,
    "exp": NOW + 1800, "plan": {"google_licenses": 2, "microsoft_licenses": 1},
}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(claims=None, header=None, key=KEY, digest=hashlib.sha256) -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": KID} if header is None else header
    text = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(CLAIMS if claims is None else claims).encode())}"
    return f"{text}.{encode(hmac.new(key.encode(), text.encode(), digest).digest())}"


def but(**changes):
    claims = {**CLAIMS, **changes}
    return {name: value for name, value in claims.items() if value is not ...}


def raw(claims: str, header='{"alg": "HS256", "kid": "%s"}' % KID) -> str:
    text = f"{encode(header.encode())}.{encode(claims.encode())}"
    return f"{text}.{encode(hmac.new(KEY.encode(), text.encode(), hashlib.sha256).digest())}"


def doubled(claim: str) -> str:
    return raw(json.dumps(CLAIMS)[:-1] + ", " + claim + "}")


def tampered() -> str:
    header, _, signature = token().split(".")
    return f"{header}.{encode(json.dumps(but(sub='thief@example.com')).encode())}.{signature}"


VECTORS = [
    ("valid", token(), None),
    ("without kid", token(header={"alg": "HS256"}), None),
    ("audiences in a list", token(but(aud=["other", "peeker-checkout/test"])), None),
    ("a claim of the partner's own", token(but(tier="gold")), None),
    ("no licence of one kind", token(but(plan={"google_licenses": 0, "microsoft_licenses": 1})), None),
    ("a customer by id", token(but(sub="usr_01HZX0C6Z3K4M5N6P7Q8R9S0")), None),
    ("a customer in capitals", token(but(sub="Jane.Doe@Example.com")), None),
    ("licences of one kind alone", token(but(plan={"microsoft_licenses": 2})), None),
    ("a plan of 1,000 domains", token(but(plan={"microsoft_licenses": 1000})), None),
    ("without plan", token(but(plan=...)), None),
    ("a plan that is null", token(but(plan=None)), None),
    ("times with fractions", token(but(iat=NOW + 0.52, nbf=NOW - 0.25, exp=NOW + 1800.75)), None),
    ("times as floats", token(but(iat=float(NOW), exp=float(NOW + 1800))), None),
    ("licences as floats", token(but(plan={"google_licenses": 2.0, "microsoft_licenses": 1.0})), None),
    ("an origin with a slash at its end", token(but(origins=["https://app.acme.com/"])), None),
    ("an origin in capitals with its port", token(but(origins=["HTTPS://App.Acme.com:443"])), None),
    ("dated a minute ahead", token(but(iat=NOW + 60)), None),
    ("24 hours long", token(but(exp=NOW + 86400)), None),
    ("expired", token(but(exp=NOW)), "session_expired"),
    ("expired long ago", token(but(exp=1)), "session_expired"),
    ("a negative end", token(but(exp=-1)), "session_expired"),
    ("the largest end", token(but(exp=2**63 - 1)), "session_too_long"),
    ("longer than 24 hours", token(but(exp=NOW + 86461)), "session_too_long"),
    ("not yet valid", token(but(nbf=NOW + 61)), "session_not_yet_valid"),
    ("dated in the future", token(but(iat=NOW + 61)), "session_not_yet_valid"),
    ("another audience", token(but(aud="someone-else")), "session_audience"),
    ("another audience in a list", token(but(aud=["someone", "else"])), "session_audience"),
    ("an audience in another case", token(but(aud="Peeker-Checkout")), "session_audience"),
    ("an audience that is a number", token(but(aud=1)), "session_audience"),
    ("the audience of the other kind of stage", token(but(aud="peeker-checkout/live")), "session_audience"),
    ("the audience without its stage", token(but(aud="peeker-checkout")), "session_audience"),
    ("without audience", token(but(aud=...)), "session_audience"),
    ("without customer", token(but(sub=...)), "session_claims"),
    ("without id", token(but(jti=...)), "session_claims"),
    ("without end", token(but(exp=...)), "session_claims"),
    ("a customer that is a number", token(but(sub=12345)), "session_claims"),
    ("an id that is a number", token(but(jti=12345)), "session_claims"),
    ("an origin with a path", token(but(origins=["https://app.acme.com/checkout"])), "session_claims"),
    ("a plan of 1,001 domains", token(but(plan={"microsoft_licenses": 1001})), "session_claims"),
    ("a plan with a misspelt count", token(but(plan={"google_licences": 2, "microsoft_licenses": 1})), "session_claims"),
    ("an empty id", token(but(jti="")), "session_claims"),
    ("an id with the key separator", token(but(jti="a#b")), "session_claims"),
    ("an end that is a text", token(but(exp=str(NOW + 1800))), "session_claims"),
    ("an end over 64 bits", token(but(exp=2**70)), "session_too_long"),
    ("a customer who is nobody", token(but(sub="client")), "session_claims"),
    ("a customer with a line end", token(but(sub="a@example.com\r\nx: y")), "session_claims"),
    ("an empty plan", token(but(plan={})), "session_claims"),
    ("a plan of no licences", token(but(plan={"google_licenses": 0, "microsoft_licenses": 0})), "session_claims"),
    ("a plan of both kinds", token(but(plan={"bundle_id": "bun_1", "google_licenses": 2, "microsoft_licenses": 1})),
     "session_claims"),
    ("four inboxes per domain",
     token(but(plan={"google_licenses": 4, "microsoft_licenses": 1, "google_inboxes_per_domain": 4})),
     "session_claims"),
    ("negative licences", token(but(plan={"google_licenses": -2, "microsoft_licenses": 1})), "session_claims"),
    ("claims that are a list", token([1]), "session_claims"),
    ("claims that are a text", token("claims"), "session_claims"),
    ("a customer that is there twice", doubled('"sub": "client@example.com"'), "session_claims"),
    ("an audience that is there twice", doubled('"aud": "someone-else"'), "session_claims"),
    ("a claim of the partner's own that is there twice", doubled('"tier": 1, "tier": 2'), "session_claims"),
    ("a licence count that is there twice",
     raw(json.dumps(but(plan=...))[:-1] + ', "plan": {"microsoft_licenses": 1, "microsoft_licenses": 9}}'),
     "session_claims"),
    ("an algorithm that is there twice", raw(json.dumps(CLAIMS), '{"alg": "HS256", "alg": "HS256"}'),
     "session_malformed"),
    ("alg none, unsigned", ".".join([*token(header={"alg": "none", "kid": KID}).split(".")[:2], ""]),
     "session_algorithm"),
    ("alg none, signed", token(header={"alg": "none", "kid": KID}), "session_algorithm"),
    ("alg None", token(header={"alg": "None", "kid": KID}), "session_algorithm"),
    ("alg hs256", token(header={"alg": "hs256", "kid": KID}), "session_algorithm"),
    ("alg HS384", token(header={"alg": "HS384", "kid": KID}, digest=hashlib.sha384), "session_algorithm"),
    ("alg HS512", token(header={"alg": "HS512", "kid": KID}, digest=hashlib.sha512), "session_algorithm"),
    ("alg RS256", token(header={"alg": "RS256", "kid": KID}), "session_algorithm"),
    ("an extension that must be understood", token(header={"alg": "HS256", "kid": KID, "crit": ["exp"]}),
     "session_algorithm"),
    ("an unknown kid", token(header={"alg": "HS256", "kid": "key-2"}), "session_unknown_key"),
    ("an empty kid", token(header={"alg": "HS256", "kid": ""}), "session_unknown_key"),
    ("another key", token(key="b" * 39), "session_signature"),
    ("an empty key", token(key=""), "session_signature"),
    ("a tampered payload", tampered(), "session_signature"),
    ("HS384 under the name of HS256", token(digest=hashlib.sha384), "session_signature"),
    ("a signature cut short", token()[:-3], "session_signature"),
    ("no signature", ".".join([*token().split(".")[:2], ""]), "session_signature"),
    ("without alg", token(header={"kid": KID}), "session_malformed"),
    ("a header that is a list", token(header=["HS256"]), "session_malformed"),
    ("two parts", ".".join(token().split(".")[:2]), "session_malformed"),
    ("one part", "token", "session_malformed"),
    ("four parts", token() + ".x", "session_malformed"),
    ("dots alone", "..", "session_malformed"),
    ("padding", token() + "=", "session_malformed"),
    ("a header that is no JSON", ".".join([encode(b"{"), *token().split(".")[1:]]), "session_malformed"),
    ("over 8,192 characters", token(but(tier="x" * 9000)), "session_malformed"),
]


def main():
    rows = [{"name": name, "token": text, "code": code} for name, text, code in VECTORS]
    out = {"source": "Python's hmac and base64, through tokens.py", "key": KEY, "kid": KID, "now": NOW, "vectors": rows}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
