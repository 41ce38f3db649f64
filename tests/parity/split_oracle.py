#!/usr/bin/env python3
"""Writes shared/tests/vectors/picks.json: plans, picks and the result of an exhaustive matcher.

It shares no code and no shortcut with the rule under test: each pick goes to Google, to Microsoft or to neither, all
3^n ways are tried, and the best one counts. Names of picks are plain; spelling is covered by the
vectors of domain names.
"""

import itertools
import json
import pathlib
import random

OUT = pathlib.Path(__file__).resolve().parents[2] / "shared/tests/vectors/picks.json"
BOTH, GOOGLE, MICROSOFT = ["google", "microsoft"], ["google"], ["microsoft"]


def pick(domain, usable_for=BOTH, available=True, reason=None):
    row = {"domain": domain, "available": available, "usable_for": list(usable_for)}
    return {**row, "reason": reason} if reason else row


def spelling(domain):
    return domain.strip().rstrip(".").lower()


def of_pick(row, earlier):
    """The code that one pick is refused with, or None."""
    if spelling(row["domain"]) in earlier:
        return "duplicate_domain"
    if not row["available"]:
        return "domain_not_checked" if row.get("reason") in ("errored", "stale") else "domain_unavailable"
    return None if set(row["usable_for"]) & {"google", "microsoft"} else "domain_unusable"


def best(rows, google, microsoft):
    """The best (google, microsoft) filling: most picks placed, and Microsoft first among equals."""
    found = (-1, -1, -1)
    for ways in itertools.product(("google", "microsoft", None), repeat=len(rows)):
        if any(way and way not in row["usable_for"] for way, row in zip(ways, rows)):
            continue
        to_google, to_microsoft = ways.count("google"), ways.count("microsoft")
        if to_google <= google and to_microsoft <= microsoft:
            found = max(found, (to_google + to_microsoft, to_microsoft, to_google))
    return found[2], found[1]


def result(google, microsoft, rows):
    total, usable, of_rows = google + microsoft, [], []
    for index, row in enumerate(rows):
        code = of_pick(row, [spelling(other["domain"]) for other in rows[:index]])
        if code:
            of_rows.append([f"domains[{index}]", code])
        else:
            usable.append(row)
    filled = best(usable, google, microsoft)
    findings = [["domains", "domain_count_mismatch"]] if len(rows) != total else []
    if not findings and not of_rows:
        findings += [["domains", "not_enough_google_domains"]] * (filled[0] < google)
        findings += [["domains", "not_enough_microsoft_domains"]] * (filled[1] < microsoft)
    findings += of_rows
    return {"ok": not findings, "google": filled[0], "microsoft": filled[1], "findings": findings}


def named(count, usable_for=BOTH, prefix="acme"):
    return [pick(f"{prefix}-{index}.com", usable_for) for index in range(count)]


def written():
    """Cases with a thought behind each."""
    yield "exactly enough for both", 3, 1, named(4)
    yield "one domain of a plan of one", 1, 0, named(1)
    yield "nothing for a plan of nothing", 0, 0, []
    yield "one too few", 3, 1, named(3)
    yield "none at all", 3, 1, []
    yield "one too many", 3, 1, named(5)
    yield "many too many", 1, 1, named(6)
    yield "Google alone needed, Google alone usable", 3, 0, named(3, GOOGLE)
    yield "Microsoft alone needed, Microsoft alone usable", 0, 3, named(3, MICROSOFT)
    yield "Google alone needed, both usable", 4, 0, named(4)
    yield "Microsoft alone needed, both usable", 0, 4, named(4)
    yield "Google alone needed, Microsoft alone usable", 2, 0, named(2, MICROSOFT)
    yield "Microsoft alone needed, Google alone usable", 0, 2, named(2, GOOGLE)
    yield "none for Microsoft", 3, 1, named(4, GOOGLE)
    yield "none for Google", 1, 3, named(4, MICROSOFT)
    yield "the one for both must go to Microsoft", 3, 1, named(3, GOOGLE, "g") + named(1)
    yield "the one for both must go to Google", 1, 3, named(3, MICROSOFT, "m") + named(1)
    yield "the one for both comes first", 3, 1, named(1) + named(3, GOOGLE, "g")
    yield "two short for Microsoft", 2, 3, named(4, GOOGLE, "g") + named(1)
    yield "two short for Google", 3, 2, named(4, MICROSOFT, "m") + named(1)
    yield "one of each too many of one kind", 2, 2, named(3, GOOGLE, "g") + named(1, MICROSOFT, "m")
    yield "the same twice", 1, 1, [pick("acme.com"), pick("acme.com")]
    yield "the same in upper case", 1, 1, [pick("acme.com"), pick("ACME.com")]
    yield "the same with a dot at the end", 1, 1, [pick("acme.com"), pick("acme.com.")]
    yield "the same with spaces around", 1, 1, [pick("acme.com"), pick("  acme.com ")]
    yield "the same three times", 2, 1, [pick("acme.com"), pick("Acme.com"), pick("acme.COM.")]
    yield "the same twice beside enough others", 2, 1, named(2) + [pick("ACME-0.com")]
    yield "a taken one twice", 1, 1, [pick("acme.com", available=False, reason="taken"), pick("acme.com")]
    for reason in ["taken", "premium", "invalid", "errored", "stale", "tld_not_offered", "sleeping", None]:
        yield f"one unavailable: {reason}", 1, 1, [pick("acme.com"), pick("getacme.com", [], False, reason)]
        yield f"all unavailable: {reason}", 1, 1, [pick(f"a-{n}.com", [], False, reason) for n in range(2)]
    yield "unavailable and too few", 2, 1, [pick("acme.com", [], False, "taken")]
    yield "usable for nothing", 1, 0, [pick("acme.com", [])]
    yield "usable for a word of later times", 1, 0, [pick("acme.com", ["zoho"])]
    yield "usable for Google and a later word", 1, 0, [pick("acme.com", ["zoho", "google"])]
    yield "usable for a word in upper case", 1, 0, [pick("acme.com", ["Google"])]
    yield "usable for Google twice", 1, 0, [pick("acme.com", ["google", "google"])]
    yield "every error together", 3, 1, [
        pick("acme.com", GOOGLE), pick("ACME.com"), pick("b.com", [], False, "taken"), pick("c.com", []),
        pick("d.com", [], False, "stale"),
    ]


def drawn(count):
    """Cases drawn from a seed, small enough to try every assignment."""
    draw = random.Random(20260508)
    for number in range(count):
        google, microsoft = draw.randint(0, 4), draw.randint(0, 4)
        length = google + microsoft if draw.random() < 0.8 else draw.randint(0, 8)
        rows = []
        for index in range(length):
            domain = f"acme-{draw.randint(0, 2) if draw.random() < 0.1 else index + 10}.com"
            usable_for = draw.choice([BOTH, BOTH, GOOGLE, MICROSOFT, GOOGLE, MICROSOFT] + [[]] * (draw.random() < 0.1))
            available = draw.random() > 0.05
            reason = None if available else draw.choice(["taken", "premium", "invalid", "errored", "stale"])
            rows.append(pick(draw.choice([domain, domain.upper()]), usable_for, available, reason))
        yield f"drawn, number {number}", google, microsoft, rows


def main():
    vectors = []
    for name, google, microsoft, rows in [*written(), *drawn(60)]:
        required = {"google": google, "microsoft": microsoft, "total": google + microsoft}
        vectors.append({"name": name, "required": required, "picks": rows, **result(google, microsoft, rows)})
    lines = ",\n".join(f"  {json.dumps(vector)}" for vector in vectors)
    OUT.write_text(f'{{\n "source": "tests/parity/split_oracle.py, which tries every assignment",\n "vectors": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    main()
