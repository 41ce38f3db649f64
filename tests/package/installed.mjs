// The package as npm packs it, unpacked once into a folder of its own: what a user has after `npm install`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NAME = '@peeker-checkout/element';
const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'widget', 'dist');
const folder = join(root, 'target', 'package', String(process.pid));
let pack;

/** The output of `npm pack`: `{filename, files}`, the files by name. */
export function packed() {
  if (pack) return pack;
  const hint = 'widget/dist is not built: run `cargo xtask build-widget` first';
  if (!existsSync(join(dist, 'integrity.json'))) throw new Error(hint);
  const home = join(folder, 'node_modules', NAME);
  mkdirSync(home, { recursive: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: dist, encoding: 'utf8' });
  const made = JSON.parse(output);
  const [{ filename, files }] = Array.isArray(made) ? made : Object.values(made);
  execFileSync('tar', ['-xzf', filename, '--strip-components=1', '-C', home], { cwd: folder });
  pack = { filename, files: files.map(({ path }) => path).sort() };
  return pack;
}

/** A folder that has the package in its `node_modules`. */
export function installed() {
  packed();
  return folder;
}

/** A file of the package, as text or with `encoding`. */
export function read(name, encoding = 'utf8') {
  return readFileSync(join(installed(), 'node_modules', NAME, name), encoding);
}

/** A module of the package, in this process. */
export function importIt(name) {
  return import(pathToFileURL(join(installed(), 'node_modules', NAME, name)));
}
