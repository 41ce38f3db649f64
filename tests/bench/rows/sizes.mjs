// Bytes that are shipped: zipped functions, and the widget after brotli.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib';
import { budgets } from './calls.mjs';

/** Local header, central directory and end record of a zip with one entry named `bootstrap`. */
const ZIP_OVERHEAD = 30 + 46 + 22 + 2 * 'bootstrap'.length;

/** Bytes of `file` as the only entry of a zip, most compressed. */
export const zipped = (file) => deflateRawSync(readFileSync(file), { level: 9 }).length + ZIP_OVERHEAD;

/** Bytes after brotli at its best, as a CDN keeps them. */
export const brotli = (...files) =>
  files.reduce((sum, file) => {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    return sum + brotliCompressSync(readFileSync(file), options).length;
  }, 0);

/** All of the widget that is loaded before the form is there, in English: the script of the tag, and what it loads. */
export const loadedFirst = (dist) => {
  const digested = existsSync(dist) ? readdirSync(dist).filter((file) => /^peeker-checkout-\w+\.digested\.(js|wasm)$/.test(file)) : [];
  return ['peeker-checkout.js', ...digested].map((file) => join(dist, file));
};

/** What the widget aims for; `budgets.json` has the limit above which the test fails. */
const WIDGET_GOAL = 90 * 1024;

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

export function sizeRows({ binaries, dist, peers, bundles, defaults }) {
  const plain = zipped(defaults);
  const rows = Object.keys(budgets.zipped).map((name) => {
    const bytes = zipped(binaries[name]);
    const peer = bundles[name] && zipped(bundles[name]);
    return {
      what: `zipped function ${name}`,
      ours: megabytes(bytes),
      peer: `a webhook with the crates' default features ${megabytes(plain)}${peer ? `; ${megabytes(peer)} of JavaScript, without Node` : ''}`,
      goal: `≤ ${megabytes(budgets.zipped[name])}`,
      figure: megabytes(bytes),
      met: bytes <= budgets.zipped[name],
      data: { bytes, peer, defaults: plain },
    };
  });
  const files = loadedFirst(dist);
  if (files.every((file) => existsSync(file))) {
    const bytes = brotli(...files);
    const preact = brotli(join(peers, 'picker.js'), join(peers, 'picker.css'));
    const react = brotli(join(peers, 'react.js'));
    rows.push({
      what: 'widget transfer, brotli 11',
      ours: kilobytes(bytes),
      peer: `Preact + tldts + validator ${kilobytes(preact)}; React DOM alone ${kilobytes(react)}`,
      goal: '≤ 90 KB; the test fails above 136 KB',
      figure: kilobytes(bytes),
      met: bytes <= WIDGET_GOAL,
      data: { bytes, preact, react },
    });
  }
  return rows;
}
