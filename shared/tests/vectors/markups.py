"""Writes markups.json: charges by exact fractions, as docs/payments.md describes the arithmetic."""

import json
import math
import random
from fractions import Fraction
from pathlib import Path


def charge(cost, percent, cents, step):
    raised = math.ceil(Fraction(cost) * Fraction(100 + percent, 100))
    return math.ceil(Fraction(raised + cents, step)) * step


random.seed(7)
cases = [
    (1_300, 37, 0, 50),
    (1_300, 37, 100, 50),
    (0, 37, 0, 50),
    (1, 1, 0, 1),
    (999, 0, 0, 1),
    (999, 0, 1, 100),
    (1_299, 33, 0, 1),
    (1_300, 0, 0, 1),
    (10_000_000, 1_000, 10_000_000, 10_000_000),
]
for _ in range(15):
    cases.append((random.randint(0, 9_999), random.randint(0, 1_000), random.randint(0, 500), random.choice([1, 5, 10, 49, 50, 99, 100])))
names = ("cost_cents", "markup_percent", "markup_cents", "round_up_to_cents")
rows = [{**dict(zip(names, case)), "charge_cents": charge(*case)} for case in cases]
Path(__file__).with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n")
