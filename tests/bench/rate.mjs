// Whether several processes keep to the key's rate together: `serve` in real processes, each flooded by pages, on one
// table and one sandbox, while orders are placed.
//
//   DEMO=target/debug/demo FUNCTIONS=$PWD/target/debug DIST=widget/dist node tests/bench/rate.mjs [PROCESSES] [SECONDS]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ledger } from './lib/ledger.mjs';
import { startServed } from './lib/served.mjs';
import { startStack, unique } from './lib/stack.mjs';

/** Requests a second that the pages of one process make. */
const PAGES = 4;
/** Seconds between two orders. */
const ORDER_EVERY = 4;

const [processes = 4, seconds = 150] = process.argv.slice(2).map(Number);
const { DEMO, FUNCTIONS, DIST } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'rate-'));
const stack = await startStack(resolve(DEMO), { folder, dist: resolve(DIST) });
const ledger = await Ledger.start(stack.demo.dynamodb_url);
const environment = { ...stack.ours(), DYNAMODB_ENDPOINT: ledger.url, LOG_LEVEL: 'warn' };
const serve = join(resolve(FUNCTIONS), 'serve');
const copies = await Promise.all(Array.from({ length: processes }, () => startServed(serve, environment)));

const tally = { served: copies.map(() => 0), refused: 0, withoutWait: 0, orders: 0, failed: [] };

async function post(copy, path, body) {
  const headers = { authorization: `Bearer ${stack.session().token}`, 'content-type': 'application/json' };
  const response = await fetch(copies[copy].url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, wait: response.headers.get('retry-after'), body: await response.json() };
}

async function ask(copy) {
  const { status, wait, body } = await post(copy, '/v1/domains/availability', { domains: [`acme-${unique()}.com`] });
  if (status === 200) tally.served[copy] += 1;
  else if (body.error?.code === 'upstream_busy') tally.refused += 1;
  else tally.failed.push(`${status} ${JSON.stringify(body)}`);
  if (status === 429 && !(Number(wait) >= 1)) tally.withoutWait += 1;
}

async function order(copy) {
  const { status, body } = await post(copy, '/v1/orders', {
    domains: Array.from({ length: 4 }, (_, index) => `acme-${unique()}-${index}.com`),
    personas: [{ first_name: 'Sam', last_name: 'Lee', profile_picture_url: null }],
    forwarding_url: 'https://acme.com',
  });
  if (status === 201) tally.orders += 1;
  else tally.failed.push(`order: ${status} ${JSON.stringify(body)}`);
}

await fetch(`${stack.demo.control_url}/received`, { method: 'DELETE' });
ledger.take();
const open = new Set();
const track = (call) => {
  open.add(call);
  call.catch((error) => tally.failed.push(error.message)).finally(() => open.delete(call));
};
let wanted = 0;
for (let tick = 0; tick < seconds * PAGES; tick += 1) {
  for (let copy = 0; copy < processes; copy += 1) track(ask(copy));
  if (tick % (PAGES * ORDER_EVERY) === 0) {
    track(order(wanted % processes));
    wanted += 1;
  }
  await new Promise((done) => setTimeout(done, 1_000 / PAGES));
}
await Promise.all(open);

const received = (await (await fetch(`${stack.demo.control_url}/received`)).json()).data;
const at = received.map((request) => request.at);
const within = (start) => at.filter((moment) => moment >= start && moment < start + 60).length;
const minutes = (at.at(-1) - at[0] + 1) / 60;
const writes = ledger.writesTo('RATE#');
const all = ledger.take();
const perMinute = (count) => (count / minutes).toFixed(0);
console.log(`${processes} processes, ${seconds} s, ${PAGES} look-ups a second and process, an order every ${ORDER_EVERY} s`);
console.log(`calls that reached the sandbox: ${at.length}, ${perMinute(at.length)} a minute, at most ${Math.max(...at.map(within))} in any 60 s`);
console.log(`of these refused by the sandbox: ${received.filter(({ status }) => status === 429).length}`);
console.log(`look-ups served: ${tally.served.join(' + ')}; refused with 429: ${tally.refused}, without Retry-After: ${tally.withoutWait}`);
console.log(`orders placed: ${tally.orders} of ${wanted}`);
console.log(`writes to the rate's item: ${writes}, ${perMinute(writes)} a minute; all writes: ${all.write} units, ${perMinute(all.write)} a minute`);
console.log(tally.failed.length > 0 ? `failed: ${tally.failed.slice(0, 5).join('\n')}` : 'failed: none');

for (const copy of copies) await copy.stop();
await ledger.stop();
await stack.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(tally.failed.length > 0 ? 1 : 0);
