#!/usr/bin/env python3
"""Writes shared/src/second_levels.txt from the public suffix list (publicsuffix.org), given as the path of the file.

One line per country code: the labels below which its registry sells names. `*` means every label. Only the part
of the list that registries keep (ICANN) is read. Municipalities and provinces of Norway, Italy and Japan are left out:
hundreds of labels below which hardly any name is sold.

Writes shared/src/second_levels_common.txt for browsers, too: only labels that several countries share, and a `+` after a
country code that has others. Without an argument only that file is written, from the first one.
"""

import collections
import pathlib
import sys

OUT = pathlib.Path(__file__).resolve().parents[2] / "shared/src/second_levels.txt"
COMMON = OUT.with_name("second_levels_common.txt")
# A label of fewer countries is left to the server.
SHARED_BY = 3
GEOGRAPHIC = {
    "no": {"fhs", "vgs", "fylkesbibl", "folkebibl", "museum", "idrett", "priv", "mil", "stat", "dep", "kommune", "herad"},
    "it": {"gov", "edu"},
    "jp": {"ac", "ad", "co", "ed", "go", "gr", "lg", "ne", "or"},
}



def from_public_suffix_list(path):
    registries, _, _ = pathlib.Path(path).read_text(encoding="utf8").partition("===END ICANN DOMAINS===")
    labels = collections.defaultdict(set)
    for line in registries.splitlines():
        rule = line.split(" ")[0].strip()
        second, _, country = rule.partition(".")
        if rule.startswith(("//", "!")) or len(country) != 2 or not rule.isascii():
            continue
        if country not in GEOGRAPHIC or second in GEOGRAPHIC[country]:
            labels[country].add(second)
    return [[country, *sorted(labels[country])] for country in sorted(labels)]


def common(lines):
    counts = collections.Counter(label for _, *labels in lines for label in labels)
    for country, *labels in lines:
        kept = [label for label in labels if counts[label] >= SHARED_BY]
        yield [country if kept == labels else country + "+", *kept]


def write(path, lines):
    path.write_text("".join(" ".join(line) + "\n" for line in lines))


if len(sys.argv) > 1:
    write(OUT, from_public_suffix_list(sys.argv[1]))
write(COMMON, common([line.split() for line in OUT.read_text().splitlines()]))
