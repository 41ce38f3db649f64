// From a fact until the partner's backend has received it, while another endpoint is dead and a third one is slow; the same
// with 100,000 deliveries waiting for the dead one; and the memory of the notifier.

import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { LambdaFunction } from '../lib/runtime-api.mjs';
import { median, percentile } from '../lib/stats.mjs';
import { startStack, unique } from '../lib/stack.mjs';
import { budgets } from './calls.mjs';

/** What the slow endpoint takes for each answer. */
const SLOW_MS = 3_000;
/** Pause between two facts: far more orders than a partner has. */
const PAUSE_MS = 100;
const WAITING = 100_000;
const BATCH = 25;
const SHARDS = 8;
const LIMIT_MB = budgets.memory.notifier;

/** An endpoint on this machine; `received` has the time at which each id came. */
async function endpoint(delay = 0, answer = '') {
  const received = new Map();
  const server = createServer((request, response) => {
    const id = request.headers['webhook-id'];
    if (!received.has(id)) received.set(id, performance.now());
    request.resume();
    setTimeout(() => response.writeHead(200).end(answer), delay);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, received, stop };
}

/** The address of an endpoint that refuses connections. */
async function dead() {
  const { url, stop } = await endpoint();
  stop();
  return url;
}

async function fact({ demo }) {
  const headers = { authorization: `Bearer ${demo.partner_key}`, 'content-type': 'application/json' };
  const since = performance.now();
  const answer = await fetch(`${demo.api}/v1/notifications/test`, { method: 'POST', headers, body: '{"type":"order.completed"}' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/v1/notifications/test: ${answer.status} ${text}`);
  return { id: JSON.parse(text).data.id, since, written: performance.now() - since };
}

/** Milliseconds from the request that writes each fact until `good` has it, and until it was written. */
async function measure(stack, good, count) {
  const facts = [];
  for (let index = 0; index < count; index += 1) {
    const pause = new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    facts.push(await fact(stack));
    await pause;
  }
  const end = Date.now() + 30_000;
  while (facts.some(({ id }) => !good.received.has(id)) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  const missing = facts.filter(({ id }) => !good.received.has(id)).length;
  if (missing > 0) throw new Error(`${missing} of ${count} notifications did not arrive within 30 s`);
  return { arrived: facts.map(({ id, since }) => good.received.get(id) - since), written: facts.map(({ written }) => written) };
}

/** The item's shard, as the functions compute it: FNV-1a. */
function shardOf(id) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % SHARDS;
}

/** Deliveries to the dead endpoint of which several attempts failed, and of which the next one is due in an hour or now. */
async function wait(stack, name, count) {
  const now = Math.floor(Date.now() / 1000);
  const item = () => {
    const id = `ntf_${unique()}${unique()}${unique().slice(0, 8)}`;
    return {
      pk: { S: `NOTIFICATION#${id}` }, sk: { S: `TO#${name}` }, state: { S: 'pending' }, attempts: { N: '3' },
      open_shard: { S: `TO#${name}#${shardOf(id)}` }, open_due: { N: String(now - 60) }, expires_at: { N: String(now + 86_400) },
    };
  };
  for (let written = 0; written < count; written += BATCH * 4) {
    await Promise.all([0, 1, 2, 3].map(() => {
      const requests = Array.from({ length: BATCH }, () => ({ PutRequest: { Item: item() } }));
      return stack.database('BatchWriteItem', { RequestItems: { [stack.demo.dynamodb_table]: requests } });
    }));
  }
}

const shown = (values) => `p50 ${median(values).toFixed(0)} ms, p99 ${percentile(values, 0.99).toFixed(0)} ms`;

/** The most memory, in MB, of a notifier that gets batches of the stream while its endpoints answer with megabytes. */
export async function memory(stack, binary, batches) {
  const large = await endpoint(0, 'x'.repeat(4 * 1024 * 1024));
  const endpoints = Array.from({ length: 5 }, (_, index) => ({ name: `e${index}`, url: large.url, secret: `whsec_${Buffer.alloc(32, index).toString('base64')}` }));
  const environment = { ...stack.ours(), NOTIFICATION_ENDPOINTS: JSON.stringify(endpoints), LOOPBACK_ENDPOINTS: 'on' };
  const lambda = await LambdaFunction.start([binary], environment);
  try {
    for (let batch = 0; batch < batches; batch += 1) {
      const ids = [];
      for (let index = 0; index < 100; index += 1) ids.push((await fact(stack)).id);
      const record = (id) => ({ eventName: 'INSERT', eventSource: 'aws:dynamodb', dynamodb: { Keys: { pk: { S: `NOTIFICATION#${id}` }, sk: { S: 'NOTIFICATION' } } } });
      await lambda.invoke({ Records: ids.map(record) });
    }
    return lambda.peakMemory();
  } finally {
    await lambda.stop();
    large.stop();
  }
}

export async function notificationRows({ demo, dist, folder, binaries, quick }) {
  const [good, slow, gone] = [await endpoint(), await endpoint(SLOW_MS), await dead()];
  const count = quick ? 100 : 300;
  const place = join(folder, 'demo-notifications');
  mkdirSync(place, { recursive: true });
  const stack = await startStack(demo, { folder: place, dist, notify: [good.url, slow.url, gone] });
  try {
    await measure(stack, good, 10);
    const before = await measure(stack, good, count);
    const { name } = stack.demo.notifications.find(({ url }) => url === gone);
    await wait(stack, name, quick ? WAITING / 10 : WAITING);
    const after = await measure(stack, good, count);
    const megabytes = await memory(stack, binaries.notifier, quick ? 3 : 10);
    const [p99, later] = [percentile(before.arrived, 0.99), percentile(after.arrived, 0.99)];
    const ratio = median(after.written) / median(before.written);
    return [
      {
        what: 'fact → received by the partner\'s backend, one endpoint dead and one taking 3 s',
        ours: shown(before.arrived),
        peer: `the fact itself is written in ${shown(before.written)}`,
        goal: '≤ 1 s at the 99th percentile',
        figure: `${p99.toFixed(0)} ms`,
        met: p99 <= 1_000,
        data: { p50: median(before.arrived), p99, count },
      },
      {
        what: `the same while ${(quick ? WAITING / 10 : WAITING).toLocaleString('en')} deliveries to the dead endpoint are due`,
        ours: shown(after.arrived),
        peer: `the fact itself is written in ${shown(after.written)}, ${ratio.toFixed(2)}× the time without them`,
        goal: '≤ 1 s, and facts ≤ 1.5×',
        figure: `${later.toFixed(0)} ms, ${ratio.toFixed(2)}×`,
        met: later <= 1_000 && ratio <= 1.5,
        data: { p50: median(after.arrived), p99: later, ratio, count },
      },
      {
        what: 'memory of notifier, batches of 100 notifications to five endpoints that answer with 4 MB',
        ours: `${megabytes.toFixed(1)} MB`,
        peer: '–',
        goal: `< ${LIMIT_MB} MB`,
        figure: `${megabytes.toFixed(1)} MB`,
        met: megabytes < LIMIT_MB,
        data: { megabytes },
      },
    ];
  } finally {
    await stack.stop();
    good.stop();
    slow.stop();
  }
}
