// The rules give the same results, byte for byte, in the browser builds (element and rules package) and in the native one,
// except for endings that few registries have: about those the browser leaves the decision to the server.
// VALIDATE is the path of the native build of shared/examples/validate.rs; `cargo xtask test parity` sets it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { drawn, written } from './cases.mjs';

const SEED = 20260508;
const dist = new URL('../../widget/dist/', import.meta.url);
let element;
let rules;

before(async () => {
  for (const file of ['peeker-checkout.js', 'peeker-checkout.wasm', 'rules.js', 'rules.wasm']) {
    const hint = `widget/dist/${file} is missing: run \`cargo xtask build-widget\` first`;
    assert.ok(existsSync(new URL(file, dist)), hint);
  }
  const validate = process.env.VALIDATE ?? '';
  assert.ok(existsSync(validate), 'VALIDATE must be the path of `cargo build -p shared --example validate`');
  element = await start('peeker-checkout');
  rules = await start('rules');
});

async function start(name) {
  const module = await import(new URL(`${name}.js`, dist));
  await module.ready(readFileSync(new URL(`${name}.wasm`, dist)));
  return module;
}

function inBrowser(rules, given) {
  switch (given.kind) {
    case 'domain':
      return rules.validateDomain(given.input);
    case 'forwarding_url':
      return rules.checkForwardingUrl(given.input);
    case 'picks':
      return rules.checkPicks(given.required, given.picks);
    case 'list':
      return rules.readList(given.text);
    case 'personas':
      return rules.checkPersonas(given.personas);
    default:
      throw new Error(`no rule for ${given.kind}`);
  }
}

function natively(cases) {
  const lines = cases.map((given) => JSON.stringify(given)).join('\n');
  const native = spawnSync(process.env.VALIDATE, { input: `${lines}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(native.status, 0, native.stderr || String(native.error));
  const results = native.stdout.split('\n').slice(0, -1);
  assert.equal(results.length, cases.length, 'one result per case');
  return results;
}

/**
 * Whether a native refusal may be a name for the browser: `ltd.in` or `acme.police.uk`, under a country that has more
 * registries of its own than the list for browsers.
 */
function isLeftToTheServer({ code, domain = '' }) {
  const [, country] = /^(?:[a-z0-9-]+\.){1,2}([a-z]{2})$/.exec(domain) ?? [];
  return ['domain_is_ending', 'domain_is_subdomain'].includes(code) && WITH_OTHERS.has(country);
}

/** Country codes after which the list for browsers has a `+`. */
const WITH_OTHERS = new Set(
  readFileSync(new URL('../../shared/src/second_levels_common.txt', import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('+', 2) ? [line.slice(0, 2)] : [])),
);

function compare(cases) {
  const results = natively(cases);
  cases.forEach((given, index) => {
    const shown = `case ${index}: ${JSON.stringify(given)}`;
    // The element does not export the list parser: it is the same module.
    const builds = given.kind === 'list' ? { rules } : { element, rules };
    for (const [name, build] of Object.entries(builds)) {
      const found = inBrowser(build, given);
      const isAccepted = given.kind === 'domain' && found.ok && isLeftToTheServer({ ...JSON.parse(results[index]), domain: found.domain });
      if (!isAccepted) assert.equal(JSON.stringify(found), results[index], `${name}, ${shown}`);
    }
  });
  // All names again, in one call.
  const names = cases.flatMap(({ kind, input }) => (kind === 'domain' ? [input] : []));
  rules.validateDomains(names).forEach((result, index) => {
    assert.deepEqual(result, rules.validateDomain(names[index]), `in a list: ${JSON.stringify(names[index])}`);
  });
  return results.map((result) => JSON.parse(result));
}

const fine = (result) => (Array.isArray(result) ? result.length === 0 : result.entries ? result.entries.some(({ ok }) => ok) : result.ok);

test('every vector has the same result in all builds', () => {
  const cases = written();
  assert.ok(cases.length > 400, `${cases.length} vectors`);
  compare(cases);
});

test('5,000 random cases have the same result in all builds', () => {
  const cases = drawn(5000, SEED);
  assert.equal(cases.length, 5000);
  const results = compare(cases);
  // Random cases prove something only if each kind has valid and invalid ones.
  for (const kind of ['domain', 'forwarding_url', 'picks', 'personas', 'list']) {
    const ofKind = results.filter((_, index) => cases[index].kind === kind);
    const passed = ofKind.filter(fine).length;
    assert.ok(passed >= 20 && ofKind.length - passed >= 20, `${kind}: ${passed} of ${ofKind.length} are fine`);
  }
});

test('the same seed draws the same cases', () => {
  assert.deepEqual(drawn(50, SEED), drawn(50, SEED));
  assert.notDeepEqual(drawn(50, SEED), drawn(50, SEED + 1));
});

test('invalid Unicode in the browser does not throw', () => {
  for (const module of [element, rules]) {
    assert.equal(module.validateDomain('acme\ud800.com').ok, false);
    assert.equal(module.checkForwardingUrl('https://acme.com/\udc00').ok, false);
  }
  assert.deepEqual(rules.validateDomains(['acme\ud800.com', 'acme.com']).map(({ ok }) => ok), [false, true]);
});

test('ten thousand names with their dates and prices are read in one call, and a web address says what was left out', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `acme-${index}.com`);
  const table = names.map((name, index) => `2026-05-${index % 28},${name},12.50`).join('\r\n');
  const started = performance.now();
  const { entries, cut } = rules.readList(`\ufeff${table}`);
  const took = performance.now() - started;
  assert.deepEqual(entries.map(({ domain }) => domain), names);
  assert.equal(cut, 0);
  assert.ok(took < 2_000, `${took} ms`);
  assert.deepEqual(rules.readList('https://acme.com/pricing?x=1').entries, [
    { line: 1, input: 'https://acme.com/pricing?x=1', ok: true, domain: 'acme.com', note: 'Read from a web address. Left out: https:// /pricing?x=1' },
  ]);
});

test('a file is read in the encodings in which spreadsheets save it, and one that is not text is refused', async () => {
  const text = 'gr\u00f6\u00dfe.com\nacme.com';
  const units = Uint16Array.from(text, (letter) => letter.charCodeAt(0));
  const swapped = units.map((unit) => (unit << 8) | (unit >> 8));
  const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  for (const parts of [[text], ['\ufeff', text], [new Uint8Array([0xff, 0xfe]), units], [new Uint8Array([0xfe, 0xff]), swapped], [latin1]]) {
    const { entries } = await rules.readFile(new Blob(parts));
    assert.deepEqual(entries.map(({ input }) => input), ['gr\u00f6\u00dfe.com', 'acme.com']);
  }
  await assert.rejects(rules.readFile(new Blob(['PK\x03\x04\x14\0\x06\0'])), { name: 'TypeError', message: 'file must be text: save the table as CSV first' });
});

test('choices are made alike', () => {
  const required = { google: 2, microsoft: 1, total: 3 };
  const candidate = (price_cents, usable_for, more) => ({ price_cents, usable_for, ...more });
  const both = ['google', 'microsoft'];
  const lists = [
    [candidate(900, both), candidate(700, ['google']), candidate(800, ['google']), candidate(600, ['zoho'])],
    [candidate(900, both), candidate(700, ['google'], { keep: undefined }), candidate(950, both, { keep: true })],
    [candidate(900, ['google'])],
    Array.from({ length: 4 }, () => candidate(900, both, { keep: true })),
    [candidate(undefined, both), candidate(null, both), candidate(undefined, ['google']), candidate(900, ['google'])],
    [],
  ];
  const found = lists.map((candidates) => rules.solveSplit(required, candidates));
  assert.deepEqual(found.map(JSON.stringify), lists.map((candidates) => JSON.stringify(element.solveSplit(required, candidates))));
  assert.deepEqual(found.map(({ ok }) => ok), [true, true, false, false, true, false]);
});

test('arguments of another shape are refused, and absent keys have their defaults', () => {
  const required = { google: 1, microsoft: 0, total: 1 };
  const picks = 'picks must be a list of {domain, available?, usable_for?, reason?}';
  const people = 'personas must be a list of {first_name, last_name, profile_picture_url?}';
  const candidates = 'candidates must be a list of {price_cents?, usable_for, keep?}: a whole number, a list of strings, true or false';
  const plan = 'required must be {google, microsoft, total}, all whole numbers';
  const wrong = [
    [plan, () => rules.checkPicks({ ...required, google: -1 }, [])],
    [plan, () => rules.checkPicks({ ...required, total: 2 ** 32 }, [])],
    [plan, () => rules.checkPicks({ ...required, google: NaN }, [])],
    [plan, () => rules.checkPicks(null, [])],
    [picks, () => rules.checkPicks(required, { 0: { domain: 'acme.com' } })],
    [picks, () => rules.checkPicks(required, [null])],
    [picks, () => rules.checkPicks(required, [{ domain: 'acme.com', available: 'yes' }])],
    [picks, () => rules.checkPicks(required, [{ domain: 'acme.com', usable_for: ['google', 7] }])],
    [picks, () => rules.checkPicks(required, [{ domain: 'acme.com', reason: 7 }])],
    [people, () => rules.checkPersonas([{ first_name: 'Sam', last_name: 'Lee', profile_picture_url: 7 }])],
    [candidates, () => rules.solveSplit(required, [{ price_cents: -1, usable_for: [] }])],
    [candidates, () => rules.solveSplit(required, [{ price_cents: 900 }])],
    ...['yes', 1, {}].map((keep) => [candidates, () => rules.solveSplit(required, [{ usable_for: ['google'], keep }])]),
  ];
  for (const [message, call] of wrong) assert.throws(call, { name: 'TypeError', message });
  const absent = { domain: 'acme.com', available: undefined, usable_for: null, reason: null };
  assert.deepEqual(rules.checkPicks(required, [absent]), rules.checkPicks(required, [{ domain: 'acme.com' }]));
  assert.equal(rules.checkPicks(required, [absent]).ok, true);
  assert.equal(rules.solveSplit(required, [{ price_cents: null, usable_for: ['google'], keep: undefined }]).ok, true);
});
