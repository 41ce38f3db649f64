// The public surface is told in four places: the code, the types, the custom-elements manifest and the README. They agree.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { importIt, installed, read } from './installed.mjs';

const widget = fileURLToPath(new URL('../../widget/', import.meta.url));
const tsc = join(widget, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.cmd' : 'tsc');
/** What browsers call on a custom element, or the class by itself. */
const CALLBACKS = /^(constructor|handleEvent|\w+Callback)$/;

const element = await importIt('element.js');
const rules = await importIt('rules.js');
const manifest = JSON.parse(read('custom-elements.json'));
const [{ declarations }] = manifest.modules;
const declared = declarations.find(({ tagName }) => tagName === 'peeker-checkout');
const names = (list) => (list ?? []).map(({ name }) => name).sort();

/** The texts of all files below `folder` with one of the `endings`. */
function sources(folder, ...endings) {
  const files = readdirSync(join(widget, folder), { recursive: true });
  return files.filter((file) => endings.some((ending) => file.endsWith(ending))).map((file) => readFileSync(join(widget, folder, file), 'utf8'));
}

/** Every first group of `pattern` in `texts`, once. */
function found(texts, pattern) {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, word]) => word)))].sort();
}

/** Own accessors of the class that can be set, and its methods. */
function members() {
  const own = Object.entries(Object.getOwnPropertyDescriptors(element.PeekerCheckout.prototype));
  const fields = own.filter(([, { get }]) => get).map(([name]) => name);
  const methods = own.filter(([name, { value }]) => typeof value === 'function' && !CALLBACKS.test(name)).map(([name]) => name);
  return { fields: fields.sort(), methods: methods.sort() };
}

/** Words in back quotes in a section of the README; of a table only those in its first column. */
function documented(heading) {
  const section = read('README.md').split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  assert.ok(section, `the README has no section ${heading}`);
  const table = section.split('\n').filter((line) => line.startsWith('|'));
  const text = table.length ? table.map((line) => line.split('|')[1]).join('\n') : section.split('\n\n')[1];
  return found([text], /`([^`]+)`/g);
}

test('attributes', () => {
  assert.deepEqual(names(declared.attributes), [...element.PeekerCheckout.observedAttributes].sort());
  assert.deepEqual(documented('Attributes'), names(declared.attributes));
});

test('properties and methods', () => {
  const { fields, methods } = members();
  assert.deepEqual(names(declared.members.filter(({ kind }) => kind === 'field')), fields);
  assert.deepEqual(names(declared.members.filter(({ kind }) => kind === 'method')), methods);
  assert.deepEqual(documented('Properties'), [...fields, ...methods.map((name) => `${name}()`)].sort());
});

test('each attribute names a property that is there', () => {
  for (const { name, fieldName } of declared.attributes) {
    const field = declared.members.find((member) => member.name === fieldName);
    assert.equal(field?.attribute, name, name);
  }
});

test('functions', () => {
  const functions = Object.keys(element).filter((name) => name !== 'PeekerCheckout').sort();
  assert.deepEqual(documented('Functions').map((call) => call.split('(')[0]).filter((name) => /^[a-z]/.test(name)).sort(), functions);
});

test('functions of the rules alone', () => {
  assert.deepEqual(documented('Rules alone').map((call) => call.split('(')[0]).sort(), Object.keys(rules).sort());
});

test('events', () => {
  const texts = [...sources('src', '.rs'), ...sources('js', '.js')];
  const dispatched = found(texts, /["'](peeker-(?!checkout)[a-z-]+)["']/g);
  assert.deepEqual(names(declared.events), dispatched);
  assert.deepEqual(documented('Events'), dispatched);
});

test('slots and parts', () => {
  assert.deepEqual(documented('Slots'), names(declared.slots));
  assert.deepEqual(documented('Parts'), names(declared.cssParts));
});

test('custom properties, with their light defaults', () => {
  const used = found(sources('js/css', '.css'), /var\((--peeker-[a-z-]+)/g);
  assert.deepEqual(names(declared.cssProperties), used);
  assert.deepEqual(documented('Custom properties').filter((word) => word.startsWith('--')), used);
  const [ground] = sources('js/css', 'base.css');
  for (const { name, default: value } of declared.cssProperties) {
    if (value) assert.equal(ground.match(new RegExp(`var\\(${name}, ([^)]*)\\)`))?.[1], value, name);
  }
});

/** Code that compiles only if the types say what the manifest says: no name more, no name less. */
function typesAsManifest() {
  const union = (list) => list.map((name) => JSON.stringify(name)).join(' | ') || 'never';
  const details = declared.events.map(({ name, type }) => `${JSON.stringify(name)}: ${type.text}`).join('; ');
  return `
    import * as element from '@peeker-checkout/element';
    import * as rules from '@peeker-checkout/element/rules';
    import type * as types from '@peeker-checkout/element';
    import type { ChangeDetail, ErrorDetail, OrderDraft, OrderedDetail, PeekerCheckout, StatusDetail } from '@peeker-checkout/element';
    type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
    type Own = Exclude<keyof PeekerCheckout, keyof HTMLElement>;
    type Exported = keyof typeof element;
    const all: true[] = [
      true satisfies Same<Own, ${union(names(declared.members))}>,
      true satisfies Same<Exported, ${union(Object.keys(element))}>,
      true satisfies Same<keyof typeof rules, ${union(Object.keys(rules))}>,
      true satisfies Same<types.PeekerCheckoutEventMap, { ${details} }>,
      true satisfies Same<keyof types.PeekerCheckoutEventMap, ${union(names(declared.events))}>,
    ];
    export default all;`;
}

/** What a user writes, and what the types have to refuse. */
const USE = `
  import { type PickReport, checkPicks, define, ready, validateDomain } from '@peeker-checkout/element';
  import '@peeker-checkout/element/define';
  import { type NameList, readFile, readList, validateDomains } from '@peeker-checkout/element/rules';

  define();
  await ready(fetch('/peeker-checkout.wasm'));
  const verdict = validateDomain('acme.com');
  const domain: string = verdict.ok ? verdict.domain : verdict.message;
  const report: PickReport = checkPicks({ google: 1, microsoft: 0, total: 1 }, [{ domain }]);
  const checkout = document.createElement('peeker-checkout');
  checkout.session = report.ok ? 'eyJ' : '';
  checkout.addEventListener('peeker-before-order', (event) => event.detail.domains.length || event.preventDefault());
  document.addEventListener('peeker-status', ({ detail }) => detail.final);
  const list: NameList = await readFile(new Blob(['acme.com']));
  const names: string[] = [...list.entries, ...readList('acme.com').entries].flatMap((entry) => (entry.ok ? entry.domain : []));
  const refused: string[] = validateDomains(names).flatMap((found) => (found.ok ? [] : found.message));
  refused.push(String(list.entries[0]?.line));
  // @ts-expect-error a list is of texts
  validateDomains([5]);
  // @ts-expect-error no such property of a verdict that is not known to be good
  verdict.domain;
  // @ts-expect-error a session is a text
  checkout.session = 5;
  // @ts-expect-error the number of Google domains is missing
  checkPicks({ microsoft: 0, total: 1 }, []);
`;

for (const resolution of ['bundler', 'nodenext']) {
  test(`the types are those of the manifest and of the module, resolved as ${resolution}`, () => {
    const folder = join(installed(), resolution);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.mts'), typesAsManifest());
    writeFileSync(join(folder, 'use.mts'), USE);
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
    const files = [join(folder, 'manifest.mts'), join(folder, 'use.mts')];
    const run = spawnSync(tsc, [...options, '--module', module, '--moduleResolution', resolution, ...files], { encoding: 'utf8' });
    assert.equal(run.stdout + run.stderr, '');
    assert.equal(run.status, 0);
  });
}
