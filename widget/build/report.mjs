// Prints what the package weighs, and writes `sizes.json`.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

/** `first` is loaded before the form is there; `modules` are the sources of the script, with their sizes in it. */
export function report(out, first, all, modules) {
  const row = (file) => {
    const bytes = readFileSync(join(out, file));
    return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, QUALITY).length };
  };
  const rows = first.map(row);
  const sum = (key) => rows.reduce((total, { [key]: value }) => total + value, 0);
  const total = { file: 'total', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
  const line = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(10) : cell.padEnd(56))).join(''));
  line('file', 'raw', 'gzip -9', 'brotli 11');
  for (const { file, raw, gzip, brotli } of [...rows, total]) line(file, raw, gzip, brotli);
  console.log('others, in bytes');
  for (const file of all.filter((name) => !first.includes(name))) line(file, readFileSync(join(out, file)).length);
  console.log('what the script consists of, before it is minified');
  const parts = Object.entries(modules).map(([id, { renderedLength }]) => [id.replace(/^.*?\/(widget|node_modules)\//, ''), renderedLength]);
  for (const [id, bytes] of parts.sort(([, one], [, other]) => other - one)) if (bytes) line(id, bytes);
  writeFileSync(join(out, 'sizes.json'), `${JSON.stringify([...rows, total], null, 2)}\n`);
}
