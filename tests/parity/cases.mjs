// The cases for all builds: every vector of shared/tests/vectors, and random ones from a seed.

import { readFileSync } from 'node:fs';

const vectors = new URL('../../shared/tests/vectors/', import.meta.url);
const read = (file) => JSON.parse(readFileSync(new URL(file, vectors), 'utf8'));

/** Every vector as a case. */
export function written() {
  return [
    ...read('domain_names.json').map(({ input }) => ({ kind: 'domain', input })),
    ...read('forwarding_urls.json').map(({ input }) => ({ kind: 'forwarding_url', input })),
    ...read('picks.json').vectors.map(({ required, picks }) => ({ kind: 'picks', required, picks })),
    ...read('personas.json').vectors.map(({ personas }) => ({ kind: 'personas', personas })),
    ...read('person_names.json').map(({ name }) => ({
      kind: 'personas',
      personas: [{ first_name: name, last_name: 'Lee', profile_picture_url: null }],
    })),
  ];
}

/** mulberry32: a small, well-known generator with the same numbers everywhere. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Whole characters only: JSON cannot carry a lone surrogate to the native build.
const PIECES = [
  ...'abcxyzABC019-._ @:/?#%\\\'"<>&+,;!*()[]{}|~$^`=\t\n\r\u0000\u0001\u001f\u007f\u0080\u00a0\u2028\u3000\ufeff',
  ...'äßéøаяёכ字한日😀𝒳・。', 'e\u0301', 'xn--', '--', '..', '\u200b', '\u200d', '\u00ad', '\u2011', '\u2019', 'ａｃｍｅ', '．', '（', '«', '、', '.ltd.uk', '.co.in', '.github.io', '.oslo.no', '.act.edu.au', '.com', '.co.uk', '.io', 'acme', 'localhost', 'http://',
  'https://', 'javascript:', 'www.', '127.0.0.1', '0x7f', '::1', '[::1]', ':80', ':65536', 'x'.repeat(63), 'y'.repeat(64),
];

/** `count` cases of all kinds, the same for the same seed. */
export function drawn(count, seed) {
  const next = generator(seed);
  const below = (limit) => Math.floor(next() * limit);
  const one = (list) => list[below(list.length)];
  const list = (most, make) => Array.from({ length: below(most + 1) }, make);
  const text = (most) => list(most, () => one(PIECES)).join('');
  const input = () => (next() < 0.3 ? `${one(['', ' ', 'https://', 'http://'])}acme-${below(9)}${text(2)}.com${text(1)}` : text(8));
  const reason = () => one(['taken', 'premium', 'invalid', 'errored', 'stale', 'tld_not_offered', text(2)]);
  // Odd lists have an error in every other pick, other lists almost none.
  const pick = (odd) => (_, index) => ({
    domain: next() < odd ? one([`acme-${below(4)}.com`, `ACME-${below(4)}.com.`, text(4)]) : `acme-${index}.com`,
    ...(next() < 0.8 ? { available: next() > odd / 4 } : {}),
    usable_for: next() < odd ? list(3, () => one(['google', 'microsoft', 'zoho', ''])) : ['google', 'microsoft'],
    ...(next() < 0.3 ? { reason: reason() } : {}),
  });
  const person = () => ({
    first_name: next() < 0.5 ? one(['Sam', 'Zoë', "O'Brien", '李', 'a'.repeat(65)]) : text(4),
    last_name: next() < 0.5 ? 'Lee' : text(4),
    profile_picture_url: one([null, '', 'https://cdn.acme.com/sam.jpg', input()]),
  });
  const make = {
    domain: () => ({ kind: 'domain', input: input() }),
    forwarding_url: () => ({ kind: 'forwarding_url', input: input() }),
    picks: () => {
      const [google, microsoft] = [below(6), below(6)];
      const total = google + microsoft;
      const length = next() < 0.8 ? total : below(13);
      const picks = Array.from({ length }, pick(one([0.02, 0.1, 0.5])));
      return { kind: 'picks', required: { google, microsoft, total }, picks };
    },
    personas: () => ({ kind: 'personas', personas: list(11, person) }),
    list: () => ({ kind: 'list', text: list(6, () => `${input()}${one([',', ';', '\t', ' ', '|', '、', '\n'])}${text(3)}`).join(one(['\n', '\r\n', ' '])) }),
  };
  const kinds = Object.keys(make);
  return Array.from({ length: count }, () => make[one(kinds)]());
}
