// The public API is described in four places: code, types, custom-elements manifest and README. They agree. Manifest and tables
// are generated from the sources; here they meet the module that was built from them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { declarations as generatedTypes } from '../../widget/build/declarations.mjs';
import { withTables } from '../../widget/build/describe.mjs';
import { importIt, installed, read } from './installed.mjs';

const widget = fileURLToPath(new URL('../../widget/', import.meta.url));
const tsc = join(widget, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.cmd' : 'tsc');
/** Members that browsers call on a custom element, and internal ones. */
const CALLBACKS = /^(constructor|\w+Callback)$/;

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

/** Accessors of the class that can be set, and its methods. */
function members() {
  const { prototype } = element.PeekerCheckout;
  const own = [Object.getPrototypeOf(prototype), prototype].flatMap((level) => Object.entries(Object.getOwnPropertyDescriptors(level)));
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

test('the tables of the README are those of the sources', () => {
  const readme = readFileSync(join(widget, 'README.md'), 'utf8');
  assert.ok(readme === withTables(readme), 'widget/README.md is stale: run `npm run describe` in widget');
});

test('the generated types are those of the Rust and of docs/openapi.json', async () => {
  for (const [name, text] of Object.entries(await generatedTypes())) {
    const known = readFileSync(join(widget, 'module/generated', name), 'utf8');
    assert.ok(known === text, `widget/module/generated/${name} is stale: run \`npm run declare\` in widget`);
  }
});

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
  const texts = sources('ui', '.ts', '.tsx');
  const dispatched = found(texts, /(?<!from )["'](peeker-(?!checkout)[a-z-]+)["']/g);
  assert.deepEqual(names(declared.events), dispatched);
  assert.deepEqual(documented('Events'), dispatched);
});

test('slots and parts', () => {
  assert.deepEqual(documented('Slots'), names(declared.slots));
  assert.deepEqual(documented('Parts'), names(declared.cssParts));
});

test('custom properties', () => {
  const used = found(sources('ui/css', '.css'), /var\((--peeker-[a-z-]+)/g);
  assert.deepEqual(names(declared.cssProperties), used);
  assert.deepEqual(documented('Custom properties').filter((word) => word.startsWith('--')), used);
});

/** Code that compiles only if the types say what the manifest says: no name more, no name less. */
function typesAsManifest() {
  const union = (list) => list.map((name) => JSON.stringify(name)).join(' | ') || 'never';
  const details = declared.events.map(({ name, type }) => `${JSON.stringify(name)}: ${type.text}`).join('; ');
  return `
    import * as element from '@peeker-checkout/element';
    import * as rules from '@peeker-checkout/element/rules';
    import type * as types from '@peeker-checkout/element';
    import type { ChangeDetail, ErrorDetail, OrderDraft, OrderedDetail, PeekerCheckout, StatusDetail, StepDetail } from '@peeker-checkout/element';
    type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
    type Own = Exclude<keyof PeekerCheckout, keyof HTMLElement | \`\${string}Callback\`>;
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

/** Code of a user, and code that the types must refuse. */
const USE = `
  import { type PickReport, checkPicks, define, ready, validateDomain } from '@peeker-checkout/element';
  import '@peeker-checkout/element/define';
  import { Checkout, type OrderDraft, type State, ready as start } from '@peeker-checkout/element/headless';
  import { type NameList, readFile, readList, validateDomains } from '@peeker-checkout/element/rules';

  define();
  await ready(fetch('/peeker-checkout.wasm'));
  const result = validateDomain('acme.com');
  const domain: string = result.ok ? result.domain : result.message;
  const report: PickReport = checkPicks({ google: 1, microsoft: 0, total: 1 }, [{ domain }]);
  const checkout = document.createElement('peeker-checkout');
  checkout.session = report.ok ? 'eyJ' : '';
  checkout.addEventListener('peeker-before-order', (event) => event.detail.domains.length || event.preventDefault());
  document.addEventListener('peeker-status', ({ detail }) => detail.final);
  const list: NameList = await readFile(new Blob(['acme.com']));
  const names: string[] = [...list.entries, ...readList('acme.com').entries].flatMap((entry) => (entry.ok ? entry.domain : []));
  const refused: string[] = validateDomains(names).flatMap((found) => (found.ok ? [] : found.message));
  refused.push(String(list.entries[0]?.line));
  await start();
  const client = new Checkout({ endpoint: '', fetchSession: async () => 'eyJ', approve: async ({ quote }) => ({ approval: quote }) });
  const draft: OrderDraft = { domains: [{ domain }], personas: [{ first_name: 'Sam', last_name: 'Lee', profile_picture_url: null }] };
  client.subscribe((announcements) => announcements.length);
  const state: State = client.state;
  if (state.order.state === 'placed') refused.push(state.order.id, (await client.place(draft)).status);
  // @ts-expect-error a person has an address of a picture, or null
  client.place({ domains: [{ domain }], personas: [{ first_name: 'Sam', last_name: 'Lee' }] });
  // @ts-expect-error a list contains strings
  validateDomains([5]);
  // @ts-expect-error the property exists only on a valid result
  result.domain;
  // @ts-expect-error a session is a string
  checkout.session = 5;
  // @ts-expect-error the number of Google domains is missing
  checkPicks({ microsoft: 0, total: 1 }, []);
  checkout.messages = { place: 'Buy now', domain_unavailable: 'Sold', plan: { one: '{split} name', other: '{split} names' } };
  // @ts-expect-error there is no such key
  checkout.messages = { plase: 'Buy now' };
  // @ts-expect-error the plural form that every language needs is missing
  checkout.messages = { plan: { one: '{split} name' } };
`;

/** JSX of a user, and JSX that the types must refuse. */
const JSX = `
  import type { PeekerCheckout } from '@peeker-checkout/element';
  import '@peeker-checkout/element/preact';

  const place = (host: PeekerCheckout | null) => {
    if (host) host.session = 'eyJ';
  };
  const handlers = { 'onpeeker-ordered': ({ detail }: CustomEvent<{ id: string }>) => detail.id };
  export const all = [
    <peeker-checkout ref={place} class="wide" lang="de" endpoint="" session="eyJ" noDraft order-link="/orders/{id}" {...handlers}>
      <p slot="fallback">Write to us.</p>
    </peeker-checkout>,
    <peeker-checkout fetchSession={async () => 'eyJ'} approve={async ({ quote }) => ({ approval: quote })} messages={{ place: 'Buy' }} />,
    <peeker-checkout onpeeker-error={({ detail }) => detail.code.length} />,
    // @ts-expect-error the attribute is called order-link, and the property orderLink
    <peeker-checkout orderlink="/orders/{id}" />,
    // @ts-expect-error a session is a string
    <peeker-checkout session={5} />,
    // @ts-expect-error the event's detail has no such field
    <peeker-checkout onpeeker-error={({ detail }) => detail.id} />,
    // @ts-expect-error there is no such key
    <peeker-checkout messages={{ plase: 'Buy' }} />,
  ];
`;

for (const resolution of ['bundler', 'nodenext']) {
  test(`the types are those of the manifest and of the module, resolved as ${resolution}`, () => {
    const folder = join(installed(), resolution);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.mts'), typesAsManifest());
    writeFileSync(join(folder, 'use.mts'), USE);
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const compilerOptions = { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom'], types: [], module, moduleResolution: resolution };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['manifest.mts', 'use.mts'] }));
    assert.equal(compiled(folder), '');
  });
}

test('JSX of Preact knows the element after one import', () => {
  const folder = join(installed(), 'jsx');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'use.tsx'), JSX);
  const paths = { 'preact/*': [join(widget, 'node_modules/preact/*')], preact: [join(widget, 'node_modules/preact')] };
  const compilerOptions = { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom'], types: [], module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx', jsxImportSource: 'preact', skipLibCheck: true, paths };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.tsx'] }));
  assert.equal(compiled(folder), '');
});

/** What the compiler has to say about a project. */
function compiled(folder) {
  const { stdout, stderr } = spawnSync(tsc, ['--project', folder], { encoding: 'utf8' });
  return stdout + stderr;
}
