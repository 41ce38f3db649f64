// Builds the package into DIR: shrinks what wasm-bindgen made, bundles the JavaScript, adds the files of `package/`,
// writes hashes and sizes. What it may weigh is held to by the tests (`tests/bench/budgets.json`): another compiler's
// few bytes more keep nobody from building it.
//
//   node build.mjs --bindgen DIR --out DIR

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import binaryen from 'binaryen';
import { build, buildSync } from 'esbuild';
import { minify } from 'terser';

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
/** The standard library's ways into a panic, and its formatting, which nothing but panics uses. */
const PANICS = /panicking::|_fail(_rt)?$|_failed|capacity_overflow|handle_error|alloc_error|panic_already|\bfmt\b|PanicPayload|type_id/;

/** Exports without a caller: the module takes texts and gives texts, grows none of them, and keeps no value of JavaScript. */
const UNUSED = ['__wbindgen_start', '__wbindgen_externrefs', '__wbindgen_realloc', '__abort_handler', '__instance_terminated'];

/** Starts the module, in place of what wasm-bindgen writes for it: `rules.js` fetches it, and once. */
const STARTING = `export default async function start(module) {
    const made = await WebAssembly.instantiate(module, {});
    __wbg_finalize_init(made.instance ?? made);
}
`;

/** What wasm-bindgen writes for browsers and uses that the element does not have. */
const SPARE = [
  // A second way to hand over a text, quicker for long ones.
  [/ {4}if \(realloc === undefined\) \{([^}]*)\}\n[\s\S]*?\n\}\n/, '$1}\n'],
  [/if \(!\('encodeInto' in cachedTextEncoder\)\) \{[\s\S]*?\n\}\n/, ''],
  // A new decoder after two gigabytes, for Safari.
  [/const MAX_SAFARI_DECODE_BYTES[\s\S]*?function decodeText[\s\S]*?\n {4}\}\n/, 'function decodeText(bytes) {\n'],
  // What else would call the exports that are left out.
  [/, wasm\.__wbindgen_realloc/g, ''],
  [/ {4}wasm\.__wbindgen_start\(\);\n/, ''],
  [/async function __wbg_load[\s\S]*$/, STARTING],
];

/** How every script is bundled. */
const BUNDLE = { bundle: true, minify: true, charset: 'utf8', format: 'esm', target: TARGET, legalComments: 'none', logLevel: 'warning' };

/** Properties that only our own scripts know of: no word of the page, of the server, of a draft or of a language. */
const INTERNAL = `active addPerson after ask askAgain askPrice box changed children classes domainTroubles draft dropQuote expired explain
  failure fitting goOn hasPictures hasRoom hide homeless importOwned isActive isAsking isList isLost isPicked kept
  known learn leave left lookAtJob money node noOrderYet notice notify number opened options paint parts plain
  peopleTroubles phase picker placeOrder problems query redraw removePerson renew report reported rest resume reveal row said say
  sending shortage startOver steady stop stopAtTrouble tag tell texts told tree tried troubles typed words worse`.split(/\s+/);

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
shrink(join(bindgen, 'widget_bg.wasm'), wasm);
// The script of one tag has everything in one file; in the package, `define.js` and `element.js` share one class.
const metafile = await bundle('peeker-checkout.js');
await bundle('element.js');
await bundle('define.js', ['./element.js']);
const rules = await rulesAlone();
const others = [...(await locales()), ...rules];
addPackageFiles();
writeIntegrity(['peeker-checkout.js', 'element.js', 'define.js', 'peeker-checkout.wasm', ...others]);
report(['peeker-checkout.js', 'peeker-checkout.wasm'], others, metafile);

/** Panics have nobody to tell: each becomes a plain trap, which `rules.js` tells of, and its message code goes. */
function shrink(from, to) {
  const module = binaryen.readBinary(readFileSync(from));
  module.setFeatures(Object.keys(FEATURES).reduce((bits, name) => bits | binaryen.Features[name], 0));
  for (let index = 0; index < module.getNumFunctions(); index += 1) {
    const reference = module.getFunctionByIndex(index);
    const { module: imported, name } = binaryen.getFunctionInfo(reference);
    if (!imported && PANICS.test(name)) binaryen.Function(reference).body = module.unreachable();
  }
  for (const name of UNUSED) {
    if (!module.getExport(name)) throw new Error(`wasm-bindgen exports something else now: ${name} is not there`);
    module.removeExport(name);
  }
  const plain = `${to}.plain`;
  writeFileSync(plain, module.emitBinary());
  module.dispose();
  // Without inlining the module is larger, and smaller once it is compressed.
  optimise(plain, to, ['-Os', '--zero-filled-memory', '--low-memory-unused', '-aimfs', '1', '-fimfs', '1', '-ocimfs', '1']);
  rmSync(plain);
}

function optimise(from, to, how) {
  const flags = Object.values(FEATURES).map((name) => `--enable-${name}`);
  const always = ['--converge', '--strip-debug', '--strip-producers', '--strip-target-features'];
  execFileSync(process.execPath, [WASM_OPT, '--mvp-features', ...flags, ...how, ...always, from, '-o', to], { stdio: 'inherit' });
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
  // 500 bytes less after brotli than esbuild's own, and 300 by the shorter names.
  const mangle = { properties: { builtins: true, regex: new RegExp(`^(${INTERNAL.join('|')})$`) } };
  const { code } = await minify(readFileSync(join(out, name), 'utf8'), { module: true, ecma: 2020, mangle, compress: { passes: 3, conditionals: false, sequences: false, pure_getters: true } });
  writeFileSync(join(out, name), code);
  return metafile;
}

/** The rules without the element, quick and not smallest; a panic in them keeps its message. */
async function rulesAlone() {
  const [script, module] = ['rules.js', 'rules.wasm'].map((name) => join(out, name));
  optimise(join(bindgen, 'rules_bg.wasm'), module, ['-O3']);
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
  builder.onLoad({ filter: /widget\.js$/ }, ({ path }) => ({ contents: lean(readFileSync(path, 'utf8')), loader: 'js' }));
  builder.onLoad({ filter: /\.css$/ }, ({ path }) => {
    const { outputFiles } = buildSync({ entryPoints: [path], bundle: true, minify: true, write: false, target: TARGET });
    return { contents: outputFiles[0].text.trim(), loader: 'text' };
  });
}

function lean(glue) {
  return SPARE.reduce((text, [part, instead]) => {
    if (!part.test(text)) throw new Error(`wasm-bindgen writes something else now: ${part} is not there`);
    return text.replace(part, instead);
  }, glue);
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
