#!/usr/bin/env python3
"""Writes webhook_signatures.json; each signature is what `openssl dgst -sha256 -hmac` says, not what our code says."""

import json
import pathlib
import subprocess

TIMESTAMP = 1778241600
SECRETS = {
    "plain": "whsec_0123456789abcdef",
    "longer than a block": "whsec_" + "k" * 100,
    "with spaces and letters beyond ASCII": "geheim schlüssel 鍵",
}
BODIES = {
    "the documented sample": '{"id":"evt_1","type":"order.in_progress","created_at":"2026-05-08T12:00:00Z",'
    '"data":{"id":"ord_1","status":"in_progress"}}',
    "spaces and line ends": '{ "id": "evt_2",\r\n\t"type": "order.completed",\n"created_at": "2026-05-08T12:00:00Z", '
    '"data": {"id": "ord_2", "status": "completed"} }\n',
    "letters beyond ASCII": '{"id":"evt_3","type":"order.failed","created_at":"2026-05-08T12:00:00Z",'
    '"data":{"id":"ord_3","status":"failed","note":"Zoë – 失敗 \U0001f4ec"}}',
}
TEMPLATES = ["{timestamp}.{body}", "{event_id}.{timestamp}.{body}", "{timestamp}{body}", "{body}"]


def sign(secret: str, text: str) -> str:
    key = secret.encode().hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}"]
    out = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return out.stdout.decode().rsplit(" ", 1)[-1].strip()


def vectors():
    for secret_name, secret in SECRETS.items():
        for body_name, body in BODIES.items():
            event_id = json.loads(body)["id"]
            for template in TEMPLATES:
                text = template.replace("{event_id}", event_id).replace("{timestamp}", str(TIMESTAMP))
                text = text.replace("{body}", body)
                yield {
                    "name": f"{secret_name}; {body_name}; {template}",
                    "secret": secret,
                    "template": template,
                    "event_id": event_id,
                    "timestamp": TIMESTAMP,
                    "body": body,
                    "signature": sign(secret, text),
                }


def main():
    source = "openssl dgst -sha256 -mac HMAC, through webhook_signatures.py"
    out = {"source": source, "vectors": list(vectors())}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
