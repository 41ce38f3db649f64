// The rules in the builds for the browser, the element's and the rules' own, and in the server's give the same verdict,
// byte for byte.
// JUDGE names the native judge (shared/examples/judge.rs); `cargo xtask test parity` builds it and runs this.

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
    const hint = `widget/dist/${file} is not there: run \`cargo xtask build-widget\` first`;
    assert.ok(existsSync(new URL(file, dist)), hint);
  }
  const judge = process.env.JUDGE ?? '';
  assert.ok(existsSync(judge), 'JUDGE must name the built judge: `cargo build -p shared --example judge`');
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
      throw new Error(`there is no rule for ${given.kind}`);
  }
}

function natively(cases) {
  const lines = cases.map((given) => JSON.stringify(given)).join('\n');
  const judged = spawnSync(process.env.JUDGE, { input: `${lines}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(judged.status, 0, judged.stderr || String(judged.error));
  const verdicts = judged.stdout.split('\n').slice(0, -1);
  assert.equal(verdicts.length, cases.length, 'one verdict a case');
  return verdicts;
}

function compare(cases) {
  const verdicts = natively(cases);
  cases.forEach((given, index) => {
    const shown = `case ${index}: ${JSON.stringify(given)}`;
    // The element's own reading of a list is not exported; its tests in Rust hold it against that of the rules.
    if (given.kind !== 'list') assert.equal(JSON.stringify(inBrowser(element, given)), verdicts[index], `element, ${shown}`);
    assert.equal(JSON.stringify(inBrowser(rules, given)), verdicts[index], `rules, ${shown}`);
  });
  // The names once more, in one call.
  const names = cases.flatMap(({ kind, input }, index) => (kind === 'domain' ? [[input, verdicts[index]]] : []));
  rules.validateDomains(names.map(([input]) => input)).forEach((verdict, index) => {
    assert.equal(JSON.stringify(verdict), names[index][1], `in a list: ${JSON.stringify(names[index][0])}`);
  });
  return verdicts.map((verdict) => JSON.parse(verdict));
}

const fine = (verdict) => (Array.isArray(verdict) ? verdict.length === 0 : verdict.entries ? verdict.entries.some(({ ok }) => ok) : verdict.ok);

test('every vector is judged alike', () => {
  const cases = written();
  assert.ok(cases.length > 400, `${cases.length} vectors`);
  compare(cases);
});

test('5,000 drawn cases are judged alike', () => {
  const cases = drawn(5000, SEED);
  assert.equal(cases.length, 5000);
  const verdicts = compare(cases);
  // Drawn cases prove something only if each kind passes sometimes and fails sometimes.
  for (const kind of ['domain', 'forwarding_url', 'picks', 'personas', 'list']) {
    const ofKind = verdicts.filter((_, index) => cases[index].kind === kind);
    const passed = ofKind.filter(fine).length;
    assert.ok(passed >= 20 && ofKind.length - passed >= 20, `${kind}: ${passed} of ${ofKind.length} are fine`);
  }
});

test('the same seed draws the same cases', () => {
  assert.deepEqual(drawn(50, SEED), drawn(50, SEED));
  assert.notDeepEqual(drawn(50, SEED), drawn(50, SEED + 1));
});

test('text in the browser that is no valid Unicode is judged and not thrown over', () => {
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
