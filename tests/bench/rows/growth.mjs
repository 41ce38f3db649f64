// Whether an event, a status read and a reconciler's run cost the same when the table holds a thousand times as much.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaFunction, httpEvent } from '../lib/runtime-api.mjs';
import { percentile } from '../lib/stats.mjs';
import { orderItem, startStack, unique } from '../lib/stack.mjs';

const STEPS = [1_000, 100_000, 1_000_000];
/** Orders of each step that are not final and due: the reconciler's work. */
const OPEN = 40;
/** Factor of a median that noise alone may cause. */
const TOLERANCE = 1.5;
const BATCH = 25;
const SHARDS = 8;

/** The item's shard, as the functions compute it: FNV-1a. */
function shardOf(id) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `OPEN#${hash % SHARDS}`;
}

/** A table like the demo's, in the same database: the demo repairs its own by itself, and would take work away. */
async function ownTable(stack) {
  const { Table } = await stack.database('DescribeTable', { TableName: stack.demo.dynamodb_table });
  const indexes = Table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
  await stack.database('CreateTable', {
    TableName: 'growth',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Table.AttributeDefinitions,
    KeySchema: Table.KeySchema,
    GlobalSecondaryIndexes: indexes,
  });
  stack.demo.dynamodb_table = 'growth';
}

async function fill(stack, from, to, session) {
  const TableName = stack.demo.dynamodb_table;
  const write = async (start) => {
    const count = Math.min(BATCH, to - start);
    const requests = Array.from({ length: count }, (_, index) => ({ PutRequest: { Item: orderItem(`ord_${start + index}`, session) } }));
    const { UnprocessedItems } = await stack.database('BatchWriteItem', { RequestItems: { [TableName]: requests } });
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('the database did not take every item');
  };
  for (let start = from; start < to; start += BATCH * 4) {
    const starts = [0, 1, 2, 3].map((index) => start + index * BATCH).filter((first) => first < to);
    await Promise.all(starts.map(write));
  }
}

async function timed(lambda, status, event, count) {
  const taken = [];
  for (let index = 0; index < count; index += 1) {
    const given = event(index);
    const since = performance.now();
    const answer = await lambda.invoke(given);
    taken.push(performance.now() - since);
    if (answer.statusCode !== status) throw new Error(JSON.stringify(answer));
  }
  return percentile(taken, 0.5);
}

/** Milliseconds per open order of one run, over orders that upstream does not know: looked up, and put off. */
async function reconciled(stack, binary) {
  const reconciler = await LambdaFunction.start([binary], { ...stack.ours(), RECONCILER_UPSTREAM_CALLS: '400' });
  try {
    // The first run opens connections and handles everything that was due.
    await reconciler.invoke({});
    const session = stack.session();
    for (let index = 0; index < OPEN; index += 1) {
      const id = `ord_open_${unique()}`;
      const open = { open_shard: { S: shardOf(id) }, open_due: { N: '1' } };
      await stack.database('PutItem', { TableName: stack.demo.dynamodb_table, Item: orderItem(id, session, open) });
    }
    const since = performance.now();
    const report = await reconciler.invoke({});
    const taken = performance.now() - since;
    if (report.orders !== OPEN) throw new Error(`${OPEN} orders were due: ${JSON.stringify(report)}`);
    return taken / OPEN;
  } finally {
    await reconciler.stop();
  }
}

export async function growthRows({ demo, folder, dist, binaries, quick }) {
  const steps = quick ? [1_000, 20_000] : STEPS;
  const data = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  const stack = await startStack(demo, { folder: join(folder, 'growth'), dist, data });
  await ownTable(stack);
  const reader = stack.session();
  const webhook = await LambdaFunction.start([binaries.webhook], stack.ours());
  const status = await LambdaFunction.start([binaries.status], stack.ours());
  const measured = [];
  try {
    let filled = 0;
    for (const orders of steps) {
      await fill(stack, filled, orders, reader);
      filled = orders;
      // Flushes the writes of the setup first, so that they do not disturb the measurement.
      execFileSync('sync');
      const count = quick ? 100 : 400;
      const headers = { authorization: `Bearer ${reader.token}` };
      // Spread over the whole table, because recent reads would be cached.
      const read = (index) => httpEvent('GET', `/v1/orders/ord_${Math.floor((index * orders) / count)}`, { headers });
      const event = (index) => httpEvent('POST', '/v1/webhooks/peeker', stack.delivery(`ord_${Math.floor((index * orders) / count)}`));
      await timed(status, 200, read, 50);
      await timed(webhook, 204, event, 50);
      measured.push({
        orders,
        status: await timed(status, 200, read, count),
        webhook: await timed(webhook, 204, event, count),
        reconciler: await reconciled(stack, binaries.reconciler),
      });
    }
  } finally {
    await webhook.stop();
    await status.stop();
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
  const names = { status: 'a status read', webhook: 'an event', reconciler: 'an open order reconciled' };
  return Object.entries(names).map(([name, what]) => {
    const [first, last] = [measured[0][name], measured.at(-1)[name]];
    return {
      what: `${what}, by orders in the table (${steps.map((orders) => orders.toLocaleString('en-US')).join(', ')})`,
      ours: measured.map((step) => `${step[name].toFixed(2)} ms`).join(', '),
      peer: 'itself',
      goal: `flat: ≤ ${TOLERANCE}× from first to last`,
      figure: `${(last / first).toFixed(2)}×`,
      met: last / first <= TOLERANCE,
      data: measured.map((step) => ({ orders: step.orders, milliseconds: step[name] })),
    };
  });
}
