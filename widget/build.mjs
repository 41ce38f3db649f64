// Builds the package into DIR: optimises what wasm-bindgen made, bundles the JavaScript, adds the files of `package/`,
// writes hashes and sizes. What it may weigh is held to by the tests (`tests/bench/budgets.json`): another compiler's
// few bytes more keep nobody from building it.
//
//   node build.mjs --bindgen DIR --out DIR

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, buildSync } from 'esbuild';

/** Browsers that run it: the oldest with constructable stylesheets, reference types and private methods. */
const TARGET = ['chrome97', 'edge97', 'firefox102', 'safari16.4'];

/** How every script is bundled. */
const BUNDLE = { bundle: true, minify: true, charset: 'utf8', format: 'esm', target: TARGET, legalComments: 'none', logLevel: 'warning' };

const here = dirname(fileURLToPath(import.meta.url));
const WASM_OPT = join(here, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
const { values } = parseArgs({ options: { bindgen: { type: 'string' }, out: { type: 'string' } } });
if (!values.bindgen || !values.out) {
  console.error('usage: node build.mjs --bindgen DIR --out DIR');
  process.exit(2);
}
const bindgen = resolve(values.bindgen);
const out = resolve(values.out);

const wasm = join(out, 'peeker-checkout.wasm');
mkdirSync(out, { recursive: true });
optimise(join(bindgen, 'widget_bg.wasm'), wasm, '-Oz');
// The script of one tag has everything in one file; in the package, `define.js` and `element.js` share one class.
const metafile = await bundle('peeker-checkout.js');
await bundle('element.js');
await bundle('define.js', ['./element.js']);
const rules = await rulesAlone();
const others = [...(await locales()), ...rules];
addPackageFiles();
writeIntegrity(['peeker-checkout.js', 'element.js', 'define.js', 'peeker-checkout.wasm', ...others]);
report(['peeker-checkout.js', 'peeker-checkout.wasm'], others, metafile);

/** Binaryen reads from the module which features rustc and wasm-bindgen switched on, and adds none. */
function optimise(from, to, level) {
  execFileSync(process.execPath, [WASM_OPT, level, from, '-o', to], { stdio: 'inherit' });
}

async function bundle(name, external = []) {
  const { metafile } = await build({
    ...BUNDLE,
    metafile: true,
    entryPoints: [join(here, 'js', name)],
    outfile: join(out, name),
    external,
    define: { WASM_INTEGRITY: JSON.stringify(integrityOf(wasm)) },
    plugins: [{ name: 'peeker-checkout', setup }],
  });
  return metafile;
}

/** The rules without the element, quick and not smallest. */
async function rulesAlone() {
  const [script, module] = ['rules.js', 'rules.wasm'].map((name) => join(out, name));
  optimise(join(bindgen, 'rules_bg.wasm'), module, '-O3');
  await build({
    ...BUNDLE,
    entryPoints: [join(here, 'rules', 'rules.js')],
    outfile: script,
    alias: { 'bindgen-rules': join(bindgen, 'rules.js') },
    define: { RULES_INTEGRITY: JSON.stringify(integrityOf(module)) },
  });
  return ['rules.js', 'rules.wasm'];
}

/** Each language but English is a file of its own, loaded by those who read it. */
async function locales() {
  const files = languages().map((language) => `locales/${language}.js`);
  const entryPoints = files.map((file) => join(here, 'js', file));
  await build({ entryPoints, outdir: join(out, 'locales'), minify: true, charset: 'utf8', format: 'esm', target: TARGET, logLevel: 'warning' });
  return files;
}

function languages() {
  const files = readdirSync(join(here, 'js', 'locales')).sort();
  return files.filter((file) => file !== 'en.js').map((file) => file.replace(/\.js$/, ''));
}

function setup(builder) {
  builder.onResolve({ filter: /^languages$/ }, () => ({ path: 'languages', namespace: 'languages' }));
  builder.onResolve({ filter: /^\.\/locales\// }, ({ path, namespace }) => (namespace === 'languages' ? { path, external: true } : undefined));
  builder.onLoad({ filter: /.*/, namespace: 'languages' }, () => {
    const entries = languages().map((language) => `${language}: () => import('./locales/${language}.js')`);
    return { contents: `export default { ${entries.join(', ')} };`, loader: 'js' };
  });
  builder.onResolve({ filter: /^bindgen$/ }, () => ({ path: join(bindgen, 'widget.js') }));
  builder.onLoad({ filter: /\.css$/ }, ({ path }) => {
    const { outputFiles } = buildSync({ entryPoints: [path], bundle: true, minify: true, write: false, target: TARGET });
    return { contents: outputFiles[0].text.trim(), loader: 'text' };
  });
}

/** What is written by hand, and the texts that belong into every package. */
function addPackageFiles() {
  cpSync(join(here, 'package'), out, { recursive: true });
  copyFileSync(join(here, 'README.md'), join(out, 'README.md'));
  for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(here, '..', licence), join(out, licence));
}

/** A hash as `integrity` attributes have it (Subresource Integrity, section 3.1). */
function integrityOf(file) {
  return `sha384-${createHash('sha384').update(readFileSync(file)).digest('base64')}`;
}

function writeIntegrity(names) {
  const hashes = Object.fromEntries(names.map((name) => [name, integrityOf(join(out, name))]));
  writeFileSync(join(out, 'integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`);
}

function report(files, others, { outputs }) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const row = (file) => {
    const bytes = readFileSync(join(out, file));
    const gzip = gzipSync(bytes, { level: 9 }).length;
    return { file, raw: bytes.length, gzip, brotli: brotliCompressSync(bytes, quality).length };
  };
  const rows = files.map(row);
  const sum = (key) => rows.reduce((total, { [key]: value }) => total + value, 0);
  const total = { file: 'total', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
  const line = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(10) : cell.padEnd(28))).join(''));
  line('file', 'raw', 'gzip -9', 'brotli 11');
  for (const { file, raw, gzip, brotli } of [...rows, total]) line(file, raw, gzip, brotli);
  console.log('loaded on demand');
  for (const { file, raw, gzip, brotli } of others.map(row)) line(file, raw, gzip, brotli);
  console.log('what the script consists of');
  const parts = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const short = (path) => path.replace(/^.*?(js\/|widget\.js|languages$)/, '$1');
  for (const [path, { bytesInOutput }] of parts.sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput)) line(short(path), bytesInOutput);
  writeFileSync(join(out, 'sizes.json'), `${JSON.stringify([...rows, total], null, 2)}\n`);
}
