// Kills the whole product again and again while customers order, restarts it on its data, and counts orders.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const { DEMO, DIST, CRASH_SEED = '1' } = process.env;
const KILLS = 12;
const SESSIONS = 16;
/** The demo's clock: leases of half a minute run out in a second. */
const SPEED = 30;
/** Real time within which everything must have settled; many times what it takes. */
const SETTLED_WITHIN = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'peeker-checkout-crash-'));
const json = join(folder, 'demo.json');
let state = BigInt(CRASH_SEED);

/** Numbers from 0 to `limit`, the same for the same seed. */
function random(limit) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(limit));
}

async function start() {
  rmSync(json, { force: true });
  const arguments_ = ['--port', '0', '--speed', String(SPEED), '--data', folder, '--json', json, '--dist', DIST];
  const child = spawn(DEMO, arguments_, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (;;) {
    try {
      return { ...JSON.parse(readFileSync(json, 'utf8')), child, ended };
    } catch {
      assert.equal(child.exitCode, null, 'the demo ended before it was ready');
      await pause(10);
    }
  }
}

function token(demo, id) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: demo.session_audience,
    sub: `${id}@example.com`,
    jti: id,
    // The demo's clock runs ahead of this one.
    exp: now + 20 * 60 * 60,
    plan: { bundle_id: demo.bundle_id },
  };
  const signed = `${part({ alg: 'HS256', kid: demo.session_kid })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', demo.session_key).update(signed).digest('base64url')}`;
}

const draft = (id) => ({
  domains: [0, 1, 2, 3].map((index) => `${id}-${index}.com`),
  personas: [{ first_name: 'Sam', last_name: 'Lee', profile_picture_url: null }],
});

/** The answer, or nothing when the demo was killed meanwhile. */
async function call(demo, method, path, id, body) {
  try {
    const headers = { authorization: `Bearer ${token(demo, id)}`, 'content-type': 'application/json' };
    const answer = await fetch(demo.api + path, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return undefined;
  }
}

test('every customer has exactly the reported order after random kills', async (t) => {
  const ids = Array.from({ length: SESSIONS }, (_, index) => `crash-${CRASH_SEED}-${index}`);
  /** The order id that each customer received. */
  const reported = new Map();
  const hear = (id, order) => {
    if (!order?.id) return;
    assert.equal(reported.get(id) ?? order.id, order.id, `${id} received two order ids`);
    reported.set(id, order.id);
  };
  t.after(() => rmSync(folder, { recursive: true, force: true }));

  for (let kill = 0; kill < KILLS; kill += 1) {
    const demo = await start();
    const running = ids.map(async (id) => {
      await pause(random(150));
      hear(id, (await call(demo, 'POST', '/v1/orders', id, draft(id)))?.data);
    });
    await pause(20 + random(250));
    demo.child.kill('SIGKILL');
    await Promise.all([demo.ended, ...running]);
  }

  const demo = await start();
  t.after(() => demo.child.kill('SIGKILL'));
  const waiting = new Set(ids);
  const deadline = Date.now() + SETTLED_WITHIN;
  while (waiting.size > 0) {
    assert.ok(Date.now() < deadline, `not settled: ${[...waiting]}`);
    for (const id of waiting) {
      const placed = await call(demo, 'POST', '/v1/orders', id, draft(id));
      assert.ok(placed.status === 201 || placed.status === 202, JSON.stringify(placed));
      hear(id, placed.data);
      const order = placed.data.id && (await call(demo, 'GET', `/v1/orders/${placed.data.id}`, id)).data;
      if (order?.final) {
        assert.equal(order.status, 'completed');
        waiting.delete(id);
      }
    }
    await pause(100);
  }

  const upstream = (await (await fetch(`${demo.control_url}/orders`)).json()).data ?? [];
  const byCustomer = new Map();
  for (const order of upstream) {
    byCustomer.set(order.email, [...(byCustomer.get(order.email) ?? []), order.id]);
  }
  for (const id of ids) {
    assert.deepEqual(byCustomer.get(`${id}@example.com`), [reported.get(id)], `${id} has not exactly one order`);
  }
  assert.equal(upstream.length, SESSIONS);
});
