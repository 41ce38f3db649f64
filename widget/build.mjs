// Builds the package into DIR: optimises the modules, bundles the scripts, adds the files of `package/`, writes hashes.
//
//   node build.mjs --bindgen DIR --out DIR

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'rolldown';
import { declarations } from './build/declarations.mjs';
import { modules, styles, syntax } from './build/plugins.mjs';
import { manifestOf } from './build/manifest.mjs';
import { report } from './build/report.mjs';
import { writeTypes } from './build/types.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { bindgen: { type: 'string' }, out: { type: 'string' } } });
if (!values.bindgen || !values.out) {
  console.error('usage: node build.mjs --bindgen DIR --out DIR');
  process.exit(2);
}
const [bindgen, out] = [resolve(values.bindgen), resolve(values.out)];

rmSync(out, { recursive: true, force: true });
cpSync(join(here, 'package'), out, { recursive: true });
for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(here, '..', file), join(out, file));
// What its links lead to is not in the package.
writeFileSync(join(out, 'README.md'), readFileSync(join(here, 'README.md'), 'utf8').replace(/\[([^\]]+)\]\((?!https?:|#)[^)]+\)/g, '$1'));

const file = join(out, 'peeker-checkout.wasm');
const compiled = join(bindgen, 'widget_bg.wasm');
// Kept by what it was made from: most builds change a script or a style.
const optimised = join(bindgen, `widget-${createHash('sha256').update(readFileSync(compiled)).digest('hex')}.wasm`);
// Binaryen reads from the module which features rustc and wasm-bindgen switched on, and adds none.
if (!existsSync(optimised)) execFileSync(process.execPath, [join(here, 'node_modules/binaryen/bin/wasm-opt'), '-Oz', compiled, '-o', optimised], { stdio: 'inherit' });
copyFileSync(optimised, file);
const bytes = readFileSync(file);
const digested = `peeker-checkout-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.digested.wasm`;
copyFileSync(file, join(out, digested));
// The rules alone are the same module; under this name, pages in Node read it.
copyFileSync(file, join(out, 'rules.wasm'));
const wasm = { digested, integrity: integrityOf(file), bytes, bindings: join(bindgen, 'widget.js') };

// The element, its definition and the client share one class and one module, so they share chunks; the others start a module
// of their own.
const [shared, alone] = [{ element: 'ui/element.ts', define: 'ui/define.ts', headless: 'module/headless.ts' }, { rules: 'module/rules_alone.ts' }];
await bundle(shared);
await bundle(alone);
const [script] = await bundle({ 'peeker-checkout': 'ui/script.ts' }, { entryFileNames: '[name]-[hash:16].digested.js' });
await bundle({ 'peeker-checkout': 'module/tag.ts' }, {}, { name: script.fileName, integrity: integrityOf(join(out, script.fileName)) });
writeFileSync(join(out, 'custom-elements.json'), `${JSON.stringify(manifestOf(join(here, 'ui')), null, 2)}\n`);
// Languages are loaded under their digested names; under these, pages read their words.
for (const file of readdirSync(join(out, 'locales'))) if (file.endsWith('.js')) copyFileSync(join(out, 'locales', file), join(out, 'locales', file.replace(/-\w+\.digested/, '')));
// English is part of the script; this is for pages that look up its keys.
await bundle({ 'locales/en': 'ui/locales/en.ts' });

const served = readdirSync(out, { recursive: true }).filter((file) => /\.(js|wasm|css)$/.test(file)).map((file) => file.replaceAll('\\', '/')).sort();
const hashes = Object.fromEntries(served.map((file) => [file, integrityOf(join(out, file))]));
writeFileSync(join(out, 'integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`);
// Last, because it takes longest: pages of the demo load again as soon as the hashes are there.
for (const [name, text] of Object.entries(await declarations(bindgen))) {
  const known = readFileSync(join(here, 'module/generated', name), 'utf8');
  if (known !== text) console.warn(`widget/module/generated/${name} is stale: run \`npm run declare\` in widget`);
}
writeTypes(here, out, { ...shared, ...alone });
report(out, ['peeker-checkout.js', script.fileName, wasm.digested], served, script.modules);

/** Bundles the `input`; every file that another one loads has a name with a hash of its content. */
async function bundle(input, names = {}, script = undefined) {
  const { output } = await build({
    cwd: here,
    input,
    tsconfig: join(here, 'ui/tsconfig.json'),
    transform: { target: syntax },
    plugins: [modules(wasm, script), styles()],
    output: {
      dir: out,
      minify: true,
      sourcemap: true,
      hashCharacters: 'hex',
      entryFileNames: '[name].js',
      chunkFileNames: ({ moduleIds }) => `${/\blocales\b/.test(moduleIds.at(-1)) ? 'locales/' : ''}[name]-[hash:16].digested.js`,
      ...names,
    },
  });
  return output;
}

/** A hash as `integrity` attributes have it (Subresource Integrity, section 3.1). */
function integrityOf(file) {
  return `sha384-${createHash('sha384').update(readFileSync(file)).digest('base64')}`;
}
