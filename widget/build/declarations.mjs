// Writes the types that are declared elsewhere into `module/generated`: of the WASM module, as wasm-bindgen declares its exports,
// and of the order proxy's records, from docs/openapi.json.
//
//   node build/declarations.mjs            npm run declare, after cargo xtask build-widget

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const widget = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(widget, 'module/generated');

/** Records of the order proxy that the client hands on; what they consist of comes with them. */
const RECORDS = ['AvailabilityRow', 'Claim', 'Draft', 'Finding', 'ImportView', 'OrderRow', 'OrderView', 'Receipt', 'SessionView', 'SignedQuote'];

/** The files by name, as they have to be. `bindgen` is the folder with wasm-bindgen's output. */
export async function declarations(bindgen = join(resolve(widget, '..', process.env.CARGO_TARGET_DIR ?? 'target'), 'widget/bindgen')) {
  return { 'wasm.d.ts': moduleTypes(readFileSync(join(bindgen, 'widget.d.ts'), 'utf8')), 'api.d.ts': await recordTypes() };
}

/** What wasm-bindgen declares, without how the module is started: names there change with each compiler. */
function moduleTypes(declared) {
  const [exports, started] = declared.split(/^export type InitInput\b/m);
  if (started === undefined) throw new Error('wasm-bindgen declares no type InitInput: find out where the start of the module begins now');
  const start = 'export default function start(input: { module_or_path: unknown }): Promise<unknown>;';
  // Pages compile against older standard libraries, which do not know `using`.
  const withoutDispose = exports.replace(/^ *\[Symbol\.dispose\]\(\): void;\n/m, '');
  return `// Written by \`npm run declare\`: the exports of the WASM module, from the Rust in src/.\n\n${plain(withoutDispose)}\n\n${start}\n`;
}

/** A comment that switches off tools, blank lines at the beginning and the end of a part, and blanks at the end of a line. */
function plain(text) {
  return text.replace('/* tslint:disable */', '').replace('/* eslint-disable */', '').replace(/[ \t]+$/gm, '').replace(/\n{3,}/g, '\n\n').trim();
}

async function recordTypes() {
  const { openapi, info, components } = JSON.parse(readFileSync(join(widget, '../docs/openapi.json'), 'utf8'));
  const names = new Set(RECORDS);
  // A set visits what is added on the way.
  for (const name of names) {
    for (const [, part] of JSON.stringify(components.schemas[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g)) names.add(part);
  }
  const schemas = Object.fromEntries([...names].sort().map((name) => [name, components.schemas[name]]));
  const types = await openapiTS({ openapi, info, paths: {}, components: { schemas } }, { defaultNonNullable: false, silent: true });
  return `// Written by \`npm run declare\`: records of the order proxy, from docs/openapi.json.\n\n${astToString(types)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(await declarations())) writeFileSync(join(folder, name), text);
}
