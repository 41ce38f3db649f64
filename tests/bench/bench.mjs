// `cargo xtask bench`: every row, one after the other, into one table. The command builds what is named here first.
//
//   node bench.mjs [--quick] [--only ROWS] --demo FILE --functions DIR --dist DIR --signatures FILE --defaults FILE --simulate FILE --out DIR [--chromium FILE] [--note TEXT]

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, markdown, print, writeJson } from './lib/report.mjs';
import { startStack } from './lib/stack.mjs';
import { browserRows } from './rows/browser.mjs';
import { callRows } from './rows/calls.mjs';
import { growthRows } from './rows/growth.mjs';
import { coldRows, warmRows } from './rows/lambda.mjs';
import { notificationRows } from './rows/notifications.mjs';
import { proxyRows } from './rows/proxy.mjs';
import { quoteRows } from './rows/quotes.mjs';
import { signatureRows } from './rows/signatures.mjs';
import { simulatorRows } from './rows/simulator.mjs';
import { sizeRows } from './rows/sizes.mjs';

const ROWS = {
  sizes: sizeRows, calls: callRows, cold: coldRows, warm: warmRows, signatures: signatureRows,
  proxy: proxyRows, quotes: quoteRows, browser: browserRows, growth: growthRows, notifications: notificationRows, simulator: simulatorRows,
};

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    demo: { type: 'string' },
    functions: { type: 'string' },
    dist: { type: 'string' },
    signatures: { type: 'string' },
    defaults: { type: 'string' },
    simulate: { type: 'string' },
    out: { type: 'string' },
    chromium: { type: 'string' },
    note: { type: 'string' },
  },
});
const { quick } = values;
const chosen = values.only?.split(',') ?? Object.keys(ROWS);
const unknown = chosen.filter((name) => !(name in ROWS));
if (unknown.length > 0) {
  console.error(`there are no rows ${unknown.join(', ')}; there are ${Object.keys(ROWS).join(', ')}`);
  process.exit(2);
}

const out = resolve(values.out);
const bundles = join(out, 'peers/lambda');
const peers = join(out, 'peers/widget');
const bundle = (folder, to) => execFileSync(process.execPath, [join(here, 'peers', folder, 'build.mjs'), '--out', to]);
bundle('lambda', bundles);
bundle('widget', peers);

const binary = (name) => join(resolve(values.functions), name);
const stack = await startStack(resolve(values.demo), { folder: join(out, 'demo'), dist: resolve(values.dist) });
const context = {
  stack,
  quick,
  folder: out,
  demo: resolve(values.demo),
  dist: resolve(values.dist),
  peers,
  binaries: Object.fromEntries(['webhook', 'status', 'order-proxy', 'reconciler', 'notifier'].map((name) => [name, binary(name)])),
  bundles: Object.fromEntries(
    [['webhook', 'webhook'], ['status', 'status'], ['order-proxy', 'proxy']].map(([name, file]) => [name, join(bundles, `${file}.mjs`)]),
  ),
  serve: binary('serve'),
  verify: binary('verify'),
  signatures: resolve(values.signatures),
  defaults: resolve(values.defaults),
  simulate: resolve(values.simulate),
  playwright: resolve(here, '../browser'),
  chromium: values.chromium,
};

const rows = [];
try {
  for (const name of chosen) {
    console.log(`── ${name}`);
    for (const row of await ROWS[name](context)) rows.push({ key: name, ...row });
  }
} finally {
  await stack.stop();
}

const versions = {};
for (const folder of ['lambda', 'widget']) {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'peers', folder, 'package.json'), 'utf8'));
  versions[`peers in ${folder}`] = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`).join(', ');
}
const about = { ...machine({ chromium: values.chromium, versions }), note: values.note };
const notes = readFileSync(join(here, 'notes.md'), 'utf8');
const reasons = JSON.parse(readFileSync(join(here, 'reasons.json'), 'utf8'));
console.log();
print(rows);
writeJson(join(out, 'benchmarks.json'), rows, about, { quick });
const file = resolve(here, '../../docs/benchmarks.md');
const before = values.only ? readFileSync(file, 'utf8') : undefined;
writeFileSync(file, markdown(rows, about, { quick, reasons, notes, before }));
console.log(`\nwritten to ${join(out, 'benchmarks.json')} and docs/benchmarks.md`);
