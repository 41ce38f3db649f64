// What npm would publish: its files, what it exports, and that importing it does nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importIt, installed, packed, read } from './installed.mjs';

const FILES = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'custom-elements.json',
  'define.d.ts',
  'define.js',
  'element.d.ts',
  'element.js',
  'integrity.json',
  'locales/ar.js',
  'locales/de.js',
  'package.json',
  'peeker-checkout.js',
  'peeker-checkout.wasm',
  'reserve.css',
  'rules.d.ts',
  'rules.js',
  'rules.wasm',
];
const ADDRESSES = ['.', './define', './rules', './rules.wasm', './peeker-checkout.js', './peeker-checkout.wasm', './locales/*', './reserve.css', './custom-elements.json', './integrity.json', './package.json'];

/** `locales/*` stands for each file there. */
const matchesGlob = (file, target) => file === target || (target.endsWith('/*') && file.startsWith(target.slice(0, -1)));

/** Runs `code` as a module that has the package installed. */
function inNode(code) {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: installed(), encoding: 'utf8' });
  return JSON.parse(output);
}

test('the package holds what it should, and nothing else', () => {
  assert.deepEqual(packed().files, FILES);
});

test('every address that the package offers leads to one of its files', () => {
  const { exports } = JSON.parse(read('package.json'));
  assert.deepEqual(Object.keys(exports), ADDRESSES);
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
  for (const target of targets) assert.ok(FILES.some((file) => matchesGlob(file, target.replace('./', ''))), target);
});

test('the package has the version of the project', () => {
  const workspace = readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  assert.ok(workspace.includes(`version = "${version}"`), `Cargo.toml has not ${version}`);
});

test('it can be imported where there is no window, and importing touches nothing', () => {
  const seen = inNode(`
    const before = Object.keys(globalThis).sort().join();
    const element = await import('@peeker-checkout/element');
    const after = Object.keys(globalThis).sort().join();
    element.define();
    console.log(JSON.stringify({ same: before === after, isClass: typeof element.PeekerCheckout }));
  `);
  assert.deepEqual(seen, { same: true, isClass: 'function' });
});

test('the rules alone are started in Node as the README says', () => {
  const [, example] = read('README.md').match(/In Node:\n\n```js\n([^`]*)```/);
  const seen = inNode(`${example.replace('validateDomains(', 'const seen = validateDomains(')} console.log(JSON.stringify(seen));`);
  assert.deepEqual(seen.map(({ ok, code }) => code ?? ok), [true, 'domain_is_subdomain']);
});

test('only the import that says so defines the element, and both share one class', () => {
  const seen = inNode(`
    globalThis.HTMLElement = class {};
    const defined = {};
    globalThis.customElements = { get: (tag) => defined[tag], define: (tag, type) => (defined[tag] = type) };
    const { PeekerCheckout } = await import('@peeker-checkout/element');
    const quiet = Object.keys(defined);
    const again = await import('@peeker-checkout/element/define');
    again.define();
    again.define('acme-checkout');
    const shared = defined['peeker-checkout'] === PeekerCheckout && again.PeekerCheckout === PeekerCheckout;
    console.log(JSON.stringify({ quiet, loud: Object.keys(defined), shared }));
  `);
  assert.deepEqual(seen, { quiet: [], loud: ['peeker-checkout', 'acme-checkout'], shared: true });
});

test('the file of the script tag offers what the package offers', async () => {
  const [tag, element] = [await importIt('peeker-checkout.js'), await importIt('element.js')];
  assert.deepEqual(Object.keys(tag), Object.keys(element));
});

test('the hashes are those of the files, and the scripts ask for the module by its hash', () => {
  const hashes = JSON.parse(read('integrity.json'));
  assert.deepEqual(Object.keys(hashes), ['peeker-checkout.js', 'element.js', 'define.js', 'peeker-checkout.wasm', 'locales/ar.js', 'locales/de.js', 'rules.js', 'rules.wasm']);
  for (const [name, hash] of Object.entries(hashes)) {
    assert.equal(hash, `sha384-${createHash('sha384').update(read(name, null)).digest('base64')}`, name);
  }
  for (const name of ['peeker-checkout.js', 'element.js']) assert.ok(read(name).includes(hashes['peeker-checkout.wasm']), name);
  assert.ok(read('rules.js').includes(hashes['rules.wasm']), 'rules.js');
});
