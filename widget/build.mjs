// Builds the package into DIR: shrinks what wasm-bindgen made, bundles the JavaScript, adds the files of `package/`,
// writes hashes, prints sizes, and holds them to a limit.
//
//   node build.mjs --bindgen DIR --out DIR

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import binaryen from 'binaryen';
import { build, buildSync } from 'esbuild';

/** Bytes of the whole package after brotli. */
const LIMIT = 52 * 1024;
/** Browsers that run it: the oldest with constructable stylesheets, reference types and private methods. */
const TARGET = ['chrome97', 'edge97', 'firefox102', 'safari16.4'];
/** What rustc switches on for wasm32-unknown-unknown; nothing beyond may come out of wasm-opt. */
const FEATURES = {
  BulkMemory: 'bulk-memory',
  Multivalue: 'multivalue',
  MutableGlobals: 'mutable-globals',
  NontrappingFPToInt: 'nontrapping-float-to-int',
  ReferenceTypes: 'reference-types',
  SignExt: 'sign-ext',
};
/** The standard library's ways into a panic. */
const PANICS = /panicking::|_fail(_rt)?$|_failed|capacity_overflow|handle_error|alloc_error|panic_already/;

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
const script = join(out, 'peeker-checkout.js');
mkdirSync(out, { recursive: true });
shrink(join(bindgen, 'widget_bg.wasm'), wasm);
// The script of one tag has everything in one file; in the package, `define.js` and `element.js` share one class.
await bundle('peeker-checkout.js');
await bundle('element.js');
await bundle('define.js', ['./element.js']);
addPackageFiles();
writeIntegrity(['peeker-checkout.js', 'element.js', 'define.js', 'peeker-checkout.wasm']);
report([script, wasm]);

/** Panics have nobody to tell: each becomes a plain trap, which `shim.js` catches, and its message code goes. */
function shrink(from, to) {
  const module = binaryen.readBinary(readFileSync(from));
  module.setFeatures(Object.keys(FEATURES).reduce((bits, name) => bits | binaryen.Features[name], 0));
  for (let index = 0; index < module.getNumFunctions(); index += 1) {
    const reference = module.getFunctionByIndex(index);
    const { module: imported, name } = binaryen.getFunctionInfo(reference);
    if (!imported && PANICS.test(name)) binaryen.Function(reference).body = module.unreachable();
  }
  const plain = `${to}.plain`;
  writeFileSync(plain, module.emitBinary());
  module.dispose();
  const flags = Object.values(FEATURES).map((name) => `--enable-${name}`);
  const passes = ['-Oz', '--converge', '--strip-debug', '--strip-producers', '--strip-target-features'];
  execFileSync(process.execPath, [WASM_OPT, '--mvp-features', ...flags, ...passes, plain, '-o', to], { stdio: 'inherit' });
  rmSync(plain);
}

async function bundle(name, external = []) {
  await build({
    entryPoints: [join(here, 'js', name)],
    outfile: join(out, name),
    bundle: true,
    external,
    define: { WASM_INTEGRITY: JSON.stringify(integrityOf(wasm)) },
    minify: true,
    format: 'esm',
    target: TARGET,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [{ name: 'peeker-checkout', setup }],
  });
}

function setup(builder) {
  builder.onResolve({ filter: /^bindgen$/ }, () => ({ path: join(bindgen, 'widget.js') }));
  // The glue's own default address would make bundlers look for a file that the package does not have.
  builder.onLoad({ filter: /widget\.js$/ }, ({ path }) => {
    const glue = readFileSync(path, 'utf8');
    return { contents: glue.replace(/new URL\('widget_bg\.wasm', import\.meta\.url\)/, 'undefined'), loader: 'js' };
  });
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

function report(files) {
  const rows = files.map((file) => {
    const bytes = readFileSync(file);
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    return {
      file: file.slice(out.length + 1),
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes, quality).length,
    };
  });
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const total = { file: 'total', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
  const cell = (value) => String(value).padStart(10);
  console.log('file'.padEnd(24) + ['raw', 'gzip -9', 'brotli 11'].map(cell).join(''));
  for (const row of [...rows, total]) console.log(row.file.padEnd(24) + [row.raw, row.gzip, row.brotli].map(cell).join(''));
  writeFileSync(join(out, 'sizes.json'), `${JSON.stringify([...rows, total], null, 2)}\n`);
  if (total.brotli > LIMIT) {
    console.error(`The package weighs ${total.brotli} bytes after brotli; the limit is ${LIMIT}.`);
    process.exit(1);
  }
}
