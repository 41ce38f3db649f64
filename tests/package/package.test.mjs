// The package as npm would publish it: files, exports, and imports without side effects.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
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
  'headless.d.ts',
  'headless.js',
  'integrity.json',
  'locales/ar.js',
  'locales/de.js',
  'locales/en.js',
  'package.json',
  'peeker-checkout.js',
  'peeker-checkout.wasm',
  'preact.d.ts',
  'react.d.ts',
  'reserve.css',
  'rules.d.ts',
  'rules.js',
  'rules.wasm',
];
/** What those load. */
const LOADED = ['element-*.digested.js', 'embedded-*.digested.js', 'checkout-*.digested.js', 'locales/ar-*.digested.js', 'locales/de-*.digested.js', 'peeker-checkout-*.digested.js', 'peeker-checkout-*.digested.wasm'];
/** A digest, as servers that put one into every name know it: they leave such a file its name. */
const DIGEST = /-[0-9a-f]{16}(?=\.digested\.)/;
const ADDRESSES = ['.', './define', './headless', './preact', './react', './rules', './rules.wasm', './peeker-checkout.js', './peeker-checkout.wasm', './locales/*', './reserve.css', './custom-elements.json', './integrity.json', './package.json'];

/** `locales/*` means each file there. */
const matchesGlob = (file, target) => file === target || (target.endsWith('/*') && file.startsWith(target.slice(0, -1)));

/** Runs `code` as a module that has the package installed. */
function inNode(code) {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: installed(), encoding: 'utf8' });
  return JSON.parse(output);
}

test('the package holds what it should, and nothing else', () => {
  const files = packed().files.filter((file) => !/\.map$|^types\//.test(file)).map((file) => file.replace(DIGEST, '-*'));
  assert.deepEqual([...new Set(files)].sort(), [...FILES, ...LOADED].sort());
});

test('tools of browsers find the sources of every script with code of ours', () => {
  const maps = packed().files.filter((file) => file.endsWith('.map'));
  assert.ok(maps.length >= 6, maps.join());
  for (const map of maps) {
    const { sources, sourcesContent } = JSON.parse(read(map));
    assert.ok(read(map.replace(/\.map$/, '')).includes(`sourceMappingURL=${posix.basename(map)}`), map);
    assert.ok(sources.every((source) => !posix.isAbsolute(source)) && sourcesContent.every((text) => text.length > 0), map);
  }
});

test('a file loads only files with a digest in their names', () => {
  for (const file of packed().files.filter((name) => name.endsWith('.js'))) {
    const loaded = [...read(file).matchAll(/(?:from|import|import\(|URL\()\s*["'`](\.[^"'`]+)["'`]/g)].map(([, name]) => name);
    for (const name of loaded) {
      assert.match(name, DIGEST, file);
      assert.ok(packed().files.includes(posix.join(posix.dirname(file), name)), `${file} loads ${name}`);
    }
  }
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

test('each link of the README leads somewhere from where the package is', () => {
  const links = [...read('README.md').matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  assert.deepEqual(links.filter((target) => !/^(https?:|#)/.test(target)), []);
});

test('the sizes in the README are those of the build, to 3 KB', () => {
  const said = [...read('README.md').matchAll(/^\| (?:.*script that it starts.*|the module|together) \| (\d+) KB \|$/gm)].map(([, size]) => Number(size));
  const built = JSON.parse(readFileSync(new URL('../../widget/dist/sizes.json', import.meta.url), 'utf8'));
  const [entry, script, module, total] = built.map(({ brotli }) => brotli / 1024);
  const wrong = [entry + script, module, total].filter((size, index) => !(Math.abs(size - said[index]) <= 3));
  assert.deepEqual(wrong, [], `the README says ${said.join(', ')} KB`);
});

test('the hashes are those of the files, and a pinned script pins the module and the rest of the script', () => {
  const hashes = JSON.parse(read('integrity.json'));
  assert.deepEqual(Object.keys(hashes).sort(), packed().files.filter((file) => /\.(js|wasm|css)$/.test(file)));
  for (const [name, hash] of Object.entries(hashes)) {
    assert.equal(hash, `sha384-${createHash('sha384').update(read(name, null)).digest('base64')}`, name);
  }
  const [rest] = Object.keys(hashes).filter((name) => /^peeker-checkout-\w+\.digested\.js$/.test(name));
  for (const name of ['peeker-checkout.wasm', rest]) assert.ok(read('peeker-checkout.js').includes(hashes[name]), name);
  assert.ok(read('rules.js').includes(hashes['rules.wasm']), 'rules.js');
});
