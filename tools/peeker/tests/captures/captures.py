#!/usr/bin/env python3
"""Writes the captured deliveries of this folder and expected.json; each signature is what openssl says, not our code.

Each delivery has one thing wrong; expected.json names the findings that `peeker webhook verify` has to make of it.
"""

import base64
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
SECRET, OLDER, OTHER = "whsec_0123456789abcdef0123456789abcdef", "whsec_older", "whsec_of_another_environment"
BASE64_SECRET = "whsec_" + base64.b64encode(b"a key of thirty-two bytes, raw!!").decode()
AT = 1778241600
EVENT = {
    "id": "evt_01HZX0EV1A2B3C4D5E6F7G8H", "type": "order.completed", "created_at": "2026-05-08T12:00:00Z",
    "data": {
        "id": "ord_01HZX0OR1A2B3C4D5E6F7G8H", "status": "completed", "forwarding_url": "https://acme.com/a?b=1&c=2",
        "personas": [{"first_name": "Zoë", "last_name": "鈴木"}], "costs": {"total_cents": 36800, "rate": 1.50}, "empty": [],
    },
}
BODY = json.dumps(EVENT, separators=(",", ":"), ensure_ascii=False)
TEMPLATES = ["{timestamp}.{body}", "{event_id}.{timestamp}.{body}", "{timestamp}{body}", "{body}"]


def hmac(key: bytes, text: bytes) -> str:
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}"]
    out = subprocess.run(command, input=text, capture_output=True, check=True)
    return out.stdout.decode().rsplit(" ", 1)[-1].strip()


def sign(body, secret=SECRET, at=AT, template=TEMPLATES[0], key=None) -> str:
    body = body.encode() if isinstance(body, str) else body
    head = template.replace("{body}", "").replace("{event_id}", EVENT["id"]).replace("{timestamp}", str(at))
    return hmac(secret.encode() if key is None else key, head.encode() + body)


def headers(signature=None, at=AT, event_id=EVENT["id"], signed=BODY):
    return [
        ("Content-Type", "application/json"),
        ("Peeker-Event-Id", event_id),
        ("Peeker-Timestamp", str(at)),
        ("Peeker-Signature", "v1=" + (signature or sign(signed, at=at))),
    ]


def wire(lines, body) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n" + body


def without(lines, name):
    return [line for line in lines if line[0] != name]


def replaced(lines, name, value):
    return [(known, value if known == name else old) for known, old in lines]


def escaped(ascii_json: str) -> str:
    return ascii_json.replace("/", "\\/")


def go(text: str) -> str:
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


GOOD = headers()
DIGITS = GOOD[3][1].removeprefix("v1=")
PRETTY = json.dumps(EVENT, indent=2, ensure_ascii=False)
SORTED = json.dumps(EVENT, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
PYTHON = json.dumps(EVENT)
PHP = escaped(json.dumps(EVENT, separators=(",", ":")))
WINDOWS = PRETTY.replace("\n", "\r\n")
AMERICA = AT - 5 * 3600
BROKEN = BODY[:-40]
OTHER_ID = BODY.replace(EVENT["id"], "evt_other")

CASES = {
    # name: (delivery, findings)
    "good": (wire(GOOD, BODY), []),
    "good-unix-line-ends": (wire(GOOD, BODY).replace(b"\r\n", b"\n"), []),
    "good-uppercase-hex": (wire(headers(DIGITS.upper()), BODY), []),
    "good-two-signatures": (wire(replaced(GOOD, "Peeker-Signature", f"v1={'0' * 64},v1={DIGITS}"), BODY), []),
    "good-other-version-beside": (wire(replaced(GOOD, "Peeker-Signature", f"v2=abc v1={DIGITS}"), BODY), []),
    "good-lowercase-names": (wire([(name.lower(), value) for name, value in GOOD], BODY), []),
    "good-request-line": (b"POST /v1/webhooks/peeker HTTP/1.1\r\n" + wire(GOOD, BODY), []),
    "good-older-secret": (wire(headers(sign(BODY, secret=OLDER)), BODY), ["older_secret"]),
    "wrong-secret": (wire(headers(sign(BODY, secret=OTHER)), BODY), ["signature_mismatch"]),
    "changed-body": (wire(GOOD, BODY.replace("36800", "16800")), ["signature_mismatch"]),
    "secret-without-prefix": (wire(headers(sign(BODY, key=SECRET[6:].encode())), BODY), ["secret_encoding"]),
    "secret-base64": (wire(headers(sign(BODY, key=base64.b64decode(BASE64_SECRET[6:]))), BODY), ["secret_encoding"]),
    "secret-in-quotes": (wire(headers(sign(BODY, secret=f'"{SECRET}"')), BODY), ["secret_encoding"]),
    "base-event-timestamp-body": (wire(headers(sign(BODY, template=TEMPLATES[1])), BODY), ["base_string"]),
    "base-joined": (wire(headers(sign(BODY, template=TEMPLATES[2])), BODY), ["base_string"]),
    "base-body": (wire(headers(sign(BODY, template=TEMPLATES[3])), BODY), ["base_string"]),
    "body-pretty": (wire(GOOD, PRETTY), ["body_reencoded"]),
    "body-four-spaces": (wire(GOOD, json.dumps(EVENT, indent=4, ensure_ascii=False)), ["body_reencoded"]),
    "body-compacted": (wire(headers(signed=PRETTY), BODY), ["body_reencoded"]),
    "body-python": (wire(GOOD, PYTHON), ["body_reencoded"]),
    "body-from-python": (wire(headers(signed=PYTHON), BODY), ["body_reencoded"]),
    "body-sorted": (wire(GOOD, SORTED), ["signature_mismatch"]),
    "body-php": (wire(GOOD, PHP), ["body_reencoded"]),
    "body-from-php": (wire(headers(signed=PHP), BODY), ["body_reencoded"]),
    "body-go": (wire(GOOD, go(BODY)), ["body_reencoded"]),
    "body-trailing-newline": (wire(GOOD, BODY + "\n"), ["body_reencoded"]),
    "body-lost-newline": (wire(headers(signed=BODY + "\n"), BODY), ["body_reencoded"]),
    "body-crlf": (wire(headers(signed=PRETTY), WINDOWS), ["body_reencoded"]),
    "body-lost-crlf": (wire(headers(signed=WINDOWS), PRETTY), ["body_reencoded"]),
    "body-escaped-capitals": (
        wire(GOOD, BODY.replace("ë", "\\u00EB").replace("鈴木", "\\u9234\\u6728")), ["body_reencoded"]),
    "body-bom": (wire(GOOD, b"\xef\xbb\xbf" + BODY.encode()), ["body_reencoded"]),
    "body-latin1": (wire(GOOD, BODY.encode().decode("latin-1")), ["body_reencoded"]),
    "body-in-a-string": (wire(GOOD, json.dumps(BODY)), ["body_reencoded"]),
    "good-truncated": (wire(headers(signed=BROKEN), BROKEN), ["body_incomplete"]),
    "body-other-event": (wire(headers(signed=OTHER_ID), OTHER_ID), ["event_id_mismatch"]),
    "clock-old": (wire(headers(at=AT - 301), BODY), ["clock"]),
    "clock-at-the-limit": (wire(headers(at=AT - 300), BODY), []),
    "clock-ahead": (wire(headers(at=AT + 301), BODY), ["clock"]),
    "clock-time-zone": (wire(headers(at=AMERICA), BODY), ["clock"]),
    "clock-milliseconds": (wire(headers(at=AT * 1000), BODY), ["timestamp_malformed"]),
    "clock-iso": (wire(headers(at="2026-05-08T12:00:00Z"), BODY), ["timestamp_malformed"]),
    "no-event-id": (wire(without(GOOD, "Peeker-Event-Id"), BODY), ["header_missing"]),
    "no-signature": (wire(without(GOOD, "Peeker-Signature"), BODY), ["header_missing"]),
    "empty-signature": (wire(replaced(GOOD, "Peeker-Signature", ""), BODY), ["header_empty"]),
    "two-signature-headers": (wire([*GOOD, GOOD[3]], BODY), ["header_duplicate"]),
    "two-event-ids": (wire([*GOOD, GOOD[1]], BODY), ["header_duplicate"]),
    "good-but-another-header-torn": (
        wire(GOOD, BODY).replace(b"Content-Type: ", b"Content-Type "), ["header_malformed"]),
    "two-event-ids-joined": (
        wire(replaced(GOOD, "Peeker-Event-Id", f"{EVENT['id']}, {EVENT['id']}"), BODY), ["header_duplicate"]),
    "header-torn": (
        wire(GOOD, BODY).replace(b"Peeker-Signature: ", b"Peeker-Signature "), ["header_malformed", "header_missing"]),
    "no-timestamp": (wire(without(GOOD, "Peeker-Timestamp"), BODY), ["header_missing"]),
    "two-timestamps": (wire([*GOOD, GOOD[2]], BODY), ["header_duplicate"]),
    "signature-bare": (wire(replaced(GOOD, "Peeker-Signature", DIGITS), BODY), ["signature_malformed"]),
    "signature-sha256": (wire(replaced(GOOD, "Peeker-Signature", f"sha256={DIGITS}"), BODY), ["signature_malformed"]),
    "signature-short": (wire(replaced(GOOD, "Peeker-Signature", f"v1={DIGITS[:-2]}"), BODY), ["signature_malformed"]),
    "signature-base64": (
        wire(replaced(GOOD, "Peeker-Signature", "v1=" + base64.b64encode(bytes.fromhex(DIGITS)).decode()), BODY),
        ["signature_malformed"]),
    "signature-v2-alone": (wire(replaced(GOOD, "Peeker-Signature", "v2=abcdef"), BODY), ["signature_malformed"]),
}


def lambda_event(body: str, encoded: bool) -> bytes:
    text = base64.b64encode(body.encode()).decode() if encoded else body
    event = {
        "version": "2.0", "headers": {name.lower(): value for name, value in GOOD},
        "requestContext": {"timeEpoch": AT * 1000 + 250}, "body": text, "isBase64Encoded": encoded,
    }
    return json.dumps(event, indent=1).encode()


def har() -> bytes:
    return json.dumps({"headers": [{"name": n, "value": v} for n, v in GOOD], "postData": {"text": BODY}}).encode()


def raw_headers() -> bytes:
    return json.dumps({"rawHeaders": [text for line in GOOD for text in line], "body": BODY}).encode()


def main():
    for old in HERE.glob("*.capture"):
        old.unlink()
    CASES["good-lambda"] = (lambda_event(BODY, False), [])
    CASES["good-lambda-base64"] = (lambda_event(BODY, True), [])
    CASES["good-har"] = (har(), [])
    CASES["good-raw-headers"] = (raw_headers(), [])
    for name, (delivery, _) in CASES.items():
        (HERE / f"{name}.capture").write_bytes(delivery)
    expected = {
        "source": "openssl dgst -sha256 -mac HMAC, through captures.py", "secrets": f"{SECRET},{OLDER},{BASE64_SECRET}",
        "at": "2026-05-08T12:00:00Z", "findings": {name: findings for name, (_, findings) in CASES.items()},
        "signature_of_good": DIGITS,
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
