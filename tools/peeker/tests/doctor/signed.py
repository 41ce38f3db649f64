#!/usr/bin/env python3
"""Prints deliveries that are signed in ways that senders use, as a stage lists them: {case: {secret, other, rows}}.

It knows nothing of the command that has to find out how they are signed; only Python's own library signs here.
"""

import base64
import datetime
import gzip
import hashlib
import hmac
import json

SECRET = "whsec_" + base64.b64encode(bytes(range(200, 232))).decode()
HEX_SECRET = "whsec_" + bytes(range(200, 232)).hex()
TEXT_SECRET = "whsec_0123456789abcdef-previous"
OTHER = "whsec_of_the_other_environment"
AT = 1778241600
HOUR = 3600


def body(number, spaced=False):
    event = {
        "id": f"evt_{number}", "type": "order.completed", "created_at": "2026-05-08T11:59:58Z",
        "data": {"status": "completed", "id": "ord_1", "name": "Zoë", "url": "https://acme.com/a?b=1&c=2", "rate": 1.50},
    }
    return json.dumps(event, separators=(", ", ": ") if spaced else (",", ":"), ensure_ascii=False).encode()


def iso(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def mac(key, message, digest="sha256"):
    key = key.encode() if isinstance(key, str) else key
    message = message.encode() if isinstance(message, str) else message
    return hmac.new(key, message, getattr(hashlib, digest)).digest()


def row(number, headers, sent, received=AT + 2, reason="webhook_signature", pairs=False, **more):
    headers = {"Content-Type": "application/json", "Host": "api.acme.com", "User-Agent": "Peeker/1.0", **headers}
    return {
        "id": f"rej_{number}", "received_at": iso(received), "reason": reason,
        "headers": [list(pair) for pair in headers.items()] if pairs else headers,
        "body_base64": base64.b64encode(sent).decode(), **more,
    }


def peeker(number, message, key=SECRET, at=AT, sent=None, write=lambda raw: "v1=" + raw.hex(), digest="sha256", **more):
    """With Peeker's headers; `message` makes the base string of the event's id, the timestamp and the body."""
    sent = body(number) if sent is None else sent
    signed = message(f"evt_{number}".encode(), str(at).encode(), sent)
    headers = {
        "Peeker-Event-Id": f"evt_{number}", "Peeker-Timestamp": str(at),
        "Peeker-Signature": write(mac(key, signed, digest)),
    }
    return row(number, headers, sent, **more)


def dotted(event, at, sent):
    return at + b"." + sent


def several(count, *arguments, at=AT, **more):
    return [peeker(number, *arguments, at=at - number, **more) for number in range(1, count + 1)]


def standard_webhooks(number):
    sent = body(number)
    raw = mac(base64.b64decode(SECRET[6:]), f"msg_{number}.{AT - number}.".encode() + sent)
    headers = {
        "Webhook-Id": f"msg_{number}", "Webhook-Timestamp": str(AT - number),
        "Webhook-Signature": "v1," + base64.b64encode(raw).decode(),
    }
    return row(number, headers, sent)


def stripe(form="t={at},v1={raw}"):
    raw = mac(SECRET, dotted(b"", str(AT).encode(), body(1))).hex()
    return row(1, {"Peeker-Event-Id": "evt_1", "Peeker-Signature": form.format(at=AT, raw=raw)}, body(1))


def compressed():
    """Signed before it is compressed."""
    delivery = peeker(1, lambda event, at, sent: dotted(event, at, body(1)), sent=gzip.compress(body(1), mtime=0))
    delivery["headers"]["Content-Encoding"] = "gzip"
    return delivery


def without_body():
    """What a stage keeps of a body that looks like holding a credential."""
    return {**peeker(1, dotted), "body_base64": "", "body_bytes": 900, "truncated": True, "withheld": True}


def written(form, **more):
    """`form` has {raw} for the digits and {zero} for digits that are wrong."""
    return several(1, dotted, write=lambda raw: form.format(raw=raw.hex(), zero="0" * 64), **more)


def github():
    headers = {
        "X-Peeker-Delivery": "evt_1", "Peeker-Timestamp": str(AT),
        "X-Hub-Signature-256": "sha256=" + mac(SECRET, body(1)).hex()}
    return row(1, headers, body(1), pairs=True)


def without_padding(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sorted_keys(sent):
    return json.dumps(json.loads(sent), separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


def cut():
    whole = body(1) + b" " * 300_000
    delivery = peeker(1, dotted, sent=whole)
    delivery["body_base64"] = base64.b64encode(whole[: 256 * 1024]).decode()
    return {**delivery, "truncated": True, "body_bytes": len(whole)}


def joined(name):
    """A header that came twice, as a stage keeps it."""
    delivery = peeker(1, dotted, reason="webhook_headers")
    delivery["headers"][name] = ", ".join([delivery["headers"][name]] * 2)
    return delivery


IDS = lambda event, at, sent: event + b"." + at + b"." + sent
CASES = {
    "event_timestamp_body": several(3, IDS),
    "joined": several(2, lambda event, at, sent: at + sent),
    "body_alone": several(2, lambda event, at, sent: sent, pairs=True),
    "as_set": several(2, dotted),
    "bare_secret": several(2, dotted, key=SECRET[6:]),
    "bytes_of_base64": several(2, dotted, key=base64.b64decode(SECRET[6:])),
    "bytes_of_hexadecimal": several(2, dotted, key=bytes.fromhex(HEX_SECRET[6:])),
    "line_end_in_secret": several(1, dotted, key=SECRET + "\n"),
    "standard_webhooks": [standard_webhooks(1), standard_webhooks(2)],
    "slack": several(2, lambda event, at, sent: b"v0:" + at + b":" + sent, write=lambda raw: "v0=" + raw.hex()),
    "stripe": [stripe()],
    "stripe_with_semicolon": [stripe("v1={raw}; t={at}")],
    "after_semicolon": written("v1={zero};v1={raw}"),
    "in_quotes": written('"v1={raw}"'),
    "after_tab": written("v1={zero}\tv1={raw}"),
    "ninth": written("v1={zero}," * 8 + "v1={raw}"),
    "thirtieth": written("v1={zero} " * 29 + "v1={raw}"),
    "sha384": written("v1={raw}", digest="sha384"),
    "md5": written("v1={raw}", digest="md5"),
    "after_0x": written("v1=0x{raw}"),
    "with_colons": several(1, dotted, write=lambda raw: "v1=" + raw.hex(":")),
    "base32": several(1, dotted, write=lambda raw: "v1=" + base64.b32encode(raw).decode()),
    "date_as_in_mail": [peeker(1, dotted, at="Fri, 08 May 2026 12:00:00 GMT")],
    "compressed": [compressed()],
    "withheld": [without_body()],
    "github": [github()],
    "sha512": several(1, dotted, digest="sha512", write=lambda raw: "v1=" + raw.hex().upper()),
    "sha1_in_base64url": several(6, dotted, digest="sha1", write=without_padding),
    "base64": several(2, dotted, write=lambda raw: "v1=" + base64.b64encode(raw).decode()),
    "milliseconds": several(2, dotted, at=AT * 1000),
    "signed_in_milliseconds": several(1, lambda event, at, sent: at + b"000." + sent),
    "signed_in_iso": several(1, lambda event, at, sent: iso(int(at)).encode() + b"|" + event + b"|" + sent),
    "method_and_path": several(2, lambda event, at, sent: b"POST\n/v1/webhooks/peeker\n" + at + b"\n" + sent),
    "address": several(1, lambda event, at, sent: b"https://api.acme.com/v1/webhooks/peeker" + sent),
    "hash_of_body": several(2, lambda event, at, sent: at + b"." + hashlib.sha256(sent).hexdigest().encode()),
    "line_end_after_it": several(1, lambda event, at, sent: event + b":" + at + b":" + sent + b"\n"),
    "sorted_keys": several(2, lambda event, at, sent: at + b"." + sorted_keys(sent)),
    "compacted": [peeker(1, lambda event, at, sent: dotted(event, at, body(1)), sent=body(1, spaced=True))],
    "data_alone": several(1, lambda event, at, sent: at + b"." + sent[sent.index(b'"data":') + 7 : -1]),
    "previous_secret": several(1, IDS, key=TEXT_SECRET),
    "last_digit_wrong": several(1, dotted, write=lambda raw: f"v1={int(raw.hex(), 16) ^ 1:064x}"),
    "wrong_secret": several(2, dotted, key="whsec_wrong"),
    "other_environment": several(3, dotted, key=OTHER),
    "hour_behind": several(3, dotted, at=AT - HOUR, reason="webhook_stale"),
    "hour_ahead": several(2, dotted, at=AT + HOUR, reason="webhook_stale"),
    "repeated": [
        peeker(1, dotted, received=AT + wait, reason="webhook_stale") for wait in (700, 8_000, 80_000)],
    "nearly_a_day_behind": several(2, dotted, at=AT - 86_300, reason="webhook_stale"),
    "over_a_day_behind": several(2, dotted, at=AT - 88_000, reason="webhook_stale"),
    "days_behind": several(2, dotted, at=AT - 60 * HOUR, reason="webhook_stale"),
    "days_ahead": several(2, dotted, at=AT + 60 * HOUR, reason="webhook_stale"),
    "days_late": several(1, dotted, received=AT + 60 * HOUR, reason="webhook_stale"),
    "two_ways": several(3, IDS) + [peeker(number, dotted, key=OTHER) for number in (4, 5)],
    "late_and_in_time": several(4, IDS) + [peeker(9, IDS, received=AT + 9_000, reason="webhook_stale")],
    "timestamp_twice": [joined("Peeker-Timestamp")],
    "signature_twice": [joined("Peeker-Signature")],
    "cut": [cut()],
    "unsigned": [row(1, {"X-Request-Id": "req_1"}, b"<html>")],
    "other_event": several(2, dotted, sent=body(9), reason="event_id_mismatch"),
    "no_event": [peeker(1, dotted, sent=b'["hello"]', reason="event_malformed")],
    "many": several(100, IDS),
    "large": [peeker(1, IDS, sent=body(1)[:-1] + b',"note":"' + b"x" * 10_000 + b'"}')],
}


def main():
    secrets = {"bytes_of_hexadecimal": HEX_SECRET, "previous_secret": f"{SECRET},{TEXT_SECRET}"}
    others = ("other_environment", "two_ways")
    print(json.dumps({
        name: {"secret": secrets.get(name, SECRET), "other": OTHER if name in others else None, "rows": rows}
        for name, rows in CASES.items()}))


if __name__ == "__main__":
    main()
