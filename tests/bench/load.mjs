// `cargo xtask load`: events and status polls at a fixed arrival rate against the functions of this machine.
//
// The model is open: requests start when they are due, whether or not earlier ones were answered, and latency counts
// from when a request was due. So a stall shows as what waiting customers would have felt.

import http from 'node:http';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startServed } from './lib/served.mjs';
import { percentile } from './lib/stats.mjs';
import { startStack, unique } from './lib/stack.mjs';

/** Of ten requests: customers poll every few seconds, an order has some ten events in its life. */
const MIX = ['poll', 'poll', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'event', 'poll', 'unchanged', 'event'];
const EVENTS_OF_AN_ORDER = 10;
/** Maximum number of open requests before the run gives up, because the functions are too slow. */
const MAX_OPEN = 2_000;
const HELP = `cargo xtask load [--rate PER_SECOND] [--seconds SECONDS]

  default 100 a second for 20 seconds; ten minutes: --seconds 600. It only calls functions that it starts itself.`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    demo: { type: 'string' },
    functions: { type: 'string' },
    dist: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
if (values.help || !(rate > 0 && rate <= 5_000) || !(seconds > 0 && seconds <= 3_600)) {
  console.error(`${HELP}\n\n  --rate is at most 5000, --seconds at most 3600.`);
  process.exit(values.help ? 0 : 2);
}

const out = resolve(values.out);
const stack = await startStack(resolve(values.demo), { folder: join(out, 'load'), dist: resolve(values.dist) });
const served = await startServed(join(resolve(values.functions), 'serve'), { ...stack.ours(), LOG_LEVEL: 'warn' });
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function call(method, path, headers, body) {
  return new Promise((done, fail) => {
    const request = http.request(served.url + path, { method, agent, headers }, (response) => {
      response.resume();
      response.on('end', () => done(response));
      response.on('error', fail);
    });
    request.on('error', fail);
    request.end(body);
  });
}

// Customers who poll their own order.
const customers = [];
for (let index = 0; index < 50; index += 1) {
  const session = stack.session();
  const order = `ord_${unique()}`;
  await stack.putOrder(order, session);
  const authorization = `Bearer ${session.token}`;
  const { headers } = await call('GET', `/v1/orders/${order}`, { authorization });
  customers.push({ order, authorization, etag: headers.etag });
}

let events = 0;
let orderOfEvents;
const kinds = {
  poll: (customer) => call('GET', `/v1/orders/${customer.order}`, { authorization: customer.authorization }),
  unchanged: (customer) =>
    call('GET', `/v1/orders/${customer.order}`, { authorization: customer.authorization, 'if-none-match': customer.etag }),
  event: () => {
    if (events % EVENTS_OF_AN_ORDER === 0) orderOfEvents = `ord_${unique()}`;
    events += 1;
    const { headers, body } = stack.delivery(orderOfEvents);
    return call('POST', '/v1/webhooks/peeker', { ...headers, 'content-type': 'application/json' }, body);
  },
};
const expected = { poll: 200, unchanged: 304, event: 204 };
const taken = { poll: [], unchanged: [], event: [] };
const failures = new Map();
const memory = [];
let open = 0;
let mostOpen = 0;
let late = 0;

function start(kind, number, due) {
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  const failed = (why) => failures.set(`${kind}: ${why}`, (failures.get(`${kind}: ${why}`) ?? 0) + 1);
  kinds[kind](customers[number % customers.length])
    .then(
      ({ statusCode }) => {
        if (statusCode === expected[kind]) taken[kind].push(performance.now() - due);
        else failed(statusCode);
      },
      (error) => failed(error.code ?? error.message),
    )
    .finally(() => {
      open -= 1;
    });
}

const since = performance.now();
const total = Math.round(rate * seconds);
const watch = setInterval(() => memory.push(served.memory()), Math.max(1_000, (seconds * 1_000) / 20));
memory.push(served.memory());
for (let number = 0; number < total; ) {
  const due = since + (number * 1_000) / rate;
  const wait = due - performance.now();
  if (wait > 1) {
    await new Promise((done) => setTimeout(done, wait));
    continue;
  }
  // Delay of the generator itself, which shares the machine with the functions.
  late = Math.max(late, -wait);
  if (open >= MAX_OPEN) {
    failures.set(`given up after ${number} requests: ${MAX_OPEN} were open`, 1);
    break;
  }
  start(MIX[number % MIX.length], number, due);
  number += 1;
  if (number % 50 === 0) await new Promise((done) => setImmediate(done));
}
const until = performance.now() + 30_000;
while (open > 0 && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
if (open > 0) failures.set('never answered', open);
clearInterval(watch);
memory.push(served.memory());
const elapsed = (performance.now() - since) / 1_000;
await served.stop();
await stack.stop();
agent.destroy();

const answered = Object.values(taken).reduce((sum, all) => sum + all.length, 0);
console.log(`\n${answered} of ${total} answered as expected in ${elapsed.toFixed(1)} s; ${rate} a second were due`);
for (const [kind, all] of Object.entries(taken)) {
  if (all.length === 0) continue;
  const at = [0.5, 0.9, 0.99, 0.999].map((p) => `p${p * 100} ${percentile(all, p).toFixed(1)}`);
  console.log(`${kind.padEnd(10)} ${String(all.length).padStart(7)}  ${at.join('  ')}  max ${percentile(all, 1).toFixed(1)} ms`);
}
console.log(`open requests: ${mostOpen} at most; the generator was ${late.toFixed(1)} ms late at most`);
console.log(`memory of the functions: ${memory.map((megabytes) => megabytes.toFixed(1)).join(' ')} MB`);
const errors = [...failures].map(([why, count]) => `${count} × ${why}`);
console.log(errors.length > 0 ? `errors: ${errors.join('; ')}` : 'errors: none');
process.exitCode = errors.length > 0 ? 1 : 0;
