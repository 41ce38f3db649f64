#!/usr/bin/env python3
"""Writes shared/src/second_levels.txt from the public suffix list (publicsuffix.org), whose path is the argument.

One line per country code: the labels below which its registry sells names. `*` stands for every label. Only the part
of the list that registries keep (ICANN) is read. Municipalities and provinces of Norway, Italy and Japan are left out:
hundreds of labels below which hardly any name is sold.
"""

import collections
import pathlib
import sys

OUT = pathlib.Path(__file__).resolve().parents[2] / "shared/src/second_levels.txt"
GEOGRAPHIC = {
    "no": {"fhs", "vgs", "fylkesbibl", "folkebibl", "museum", "idrett", "priv", "mil", "stat", "dep", "kommune", "herad"},
    "it": {"gov", "edu"},
    "jp": {"ac", "ad", "co", "ed", "go", "gr", "lg", "ne", "or"},
}

registries, _, _ = pathlib.Path(sys.argv[1]).read_text(encoding="utf8").partition("===END ICANN DOMAINS===")
labels = collections.defaultdict(set)
for line in registries.splitlines():
    rule = line.split(" ")[0].strip()
    second, _, country = rule.partition(".")
    if rule.startswith(("//", "!")) or len(country) != 2 or not rule.isascii():
        continue
    if country not in GEOGRAPHIC or second in GEOGRAPHIC[country]:
        labels[country].add(second)
lines = (" ".join([country, *sorted(labels[country])]) for country in sorted(labels))
OUT.write_text("\n".join(lines) + "\n")
