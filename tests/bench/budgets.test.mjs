// What is exact is held to its budget in every test run: bytes of the widget and of the zipped functions, calls and
// units of DynamoDB; and the notifier's memory, which has a limit.
// DEMO names the demo's binary, FUNCTIONS the folder with the functions whose calls are counted, DIST the built widget,
// LAMBDA the folder of `cargo lambda build --release`, or RELEASE that of a release build; LINKED says `quickly` of functions
// without link-time optimization. `cargo xtask test budgets` builds them so, and with `--all` as they are shipped.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startStack } from './lib/stack.mjs';
import { budgets, countCalls } from './rows/calls.mjs';
import { memory } from './rows/notifications.mjs';
import { brotli, loadedFirst, zipped } from './rows/sizes.mjs';

const { DEMO, FUNCTIONS, DIST, LAMBDA, RELEASE, LINKED } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
let stack;
let counted;

const binaries = Object.fromEntries(['webhook', 'status', 'order-proxy'].map((name) => [name, join(FUNCTIONS, name)]));

before(async () => {
  stack = await startStack(DEMO, { folder, dist: DIST });
  counted = await countCalls({ stack, binaries });
});

after(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`the widget is at most ${budgets.widget} bytes after brotli`, () => {
  const bytes = brotli(...loadedFirst(DIST));
  assert.ok(bytes <= budgets.widget, `the widget is ${bytes} bytes; tests/bench/budgets.json allows ${budgets.widget}`);
});

const released = (name) => (LAMBDA ? join(LAMBDA, name, 'bootstrap') : join(RELEASE, name));

for (const [name, shipped] of Object.entries(budgets.zipped)) {
  const budget = LINKED === 'quickly' ? budgets.quickly_linked : shipped;
  test(`${name}, zipped, is at most ${budget} bytes`, () => {
    const bytes = zipped(released(name));
    assert.ok(bytes <= budget, `${name} is ${bytes} bytes zipped; tests/bench/budgets.json allows ${budget}`);
  });
}

test(`the notifier takes less than ${budgets.memory.notifier} MB`, async () => {
  const megabytes = await memory(stack, released('notifier'), 1);
  assert.ok(megabytes < budgets.memory.notifier, `it took ${megabytes} MB; tests/bench/budgets.json allows ${budgets.memory.notifier}`);
});

for (const [name, budget] of Object.entries(budgets.calls)) {
  test(`DynamoDB is asked exactly what was worked out: ${name}`, () => {
    assert.deepEqual(counted[name], budget);
  });
}
