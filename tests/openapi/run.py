"""Runs schemathesis against a live stack: as a customer, as the partner, and without credentials; no server error, and no answer
that docs/openapi.json does not have.

usage: run.py DEMO_JSON OPENAPI_JSON [SEED]
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

# The checks concern responses, not the style of requests.
CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
])
# Generated requests per operation and phase: together about a minute.
EXAMPLES = "12"


def mint(demo):
    """A session for the small bundle, as a partner's backend gets one."""
    body = {"customer": "openapi@example.com", "plan": {"bundle_id": demo["bundle_id"]}, "ttl_seconds": 3600}
    request = urllib.request.Request(
        demo["api"] + "/v1/sessions",
        data=json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + demo["partner_key"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]["token"]


def run(program, document, demo, tag, credentials, seed):
    command = [
        program, "run", document, "--url", demo["api"], "--include-tag", tag, "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", seed, "--no-color",
        "--request-timeout", "30",
    ]
    if credentials:
        command += ["--header", "Authorization: Bearer " + credentials]
    print(f"── as {'no one' if not credentials else tag}: {tag}", flush=True)
    # State of one run must not affect the next one.
    return subprocess.run(command, check=False, cwd=demo["folder"]).returncode


def main():
    demo_json, document = sys.argv[1:3]
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    program = str(pathlib.Path(sys.executable).parent / "schemathesis")
    with open(demo_json, encoding="utf-8") as file:
        demo = json.load(file)
    demo["folder"] = pathlib.Path(demo_json).resolve().parent
    document = str(pathlib.Path(document).resolve())
    runs = [
        ("customer", mint(demo)),
        ("partner", demo["partner_key"]),
        ("partner", None),
        ("upstream", None),
        ("anyone", None),
    ]
    failed = [tag for tag, credentials in runs if run(program, document, demo, tag, credentials, seed) != 0]
    if failed:
        sys.exit("not as documented: " + ", ".join(failed))


if __name__ == "__main__":
    main()
