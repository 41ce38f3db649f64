// The running demo as the tests use it: sessions from its partner key, and what its sandbox should do next.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

if (!process.env.DEMO_JSON) throw new Error('Set DEMO_JSON to the demo.json of a running demo (cargo xtask demo), or to several, separated by commas.');
const demos = process.env.DEMO_JSON.split(',');
// A test scripts faults of its sandbox, so each worker has a demo of its own.
export const demo = JSON.parse(readFileSync(demos[Number(process.env.TEST_PARALLEL_INDEX ?? 0) % demos.length], 'utf8'));
export const pageOrigin = new URL(demo.url).origin;
const control = `${new URL(demo.sandbox_url).origin}/_sandbox`;

/** Three Google domains and one for Microsoft: small enough to be quick, and both providers. */
const SMALL_PLAN = { google_licenses: 6, microsoft_licenses: 1, google_inboxes_per_domain: 2 };

/** A word that no other test has. */
export function unique() {
  return `q${randomBytes(4).toString('hex')}`;
}

/** A session of a new customer: `{id, token, expires_at}`. */
export async function mintSession(more = {}) {
  const body = { customer: `${unique()}@example.com`, plan: SMALL_PLAN, ...more };
  const headers = { authorization: `Bearer ${demo.partner_key}`, 'content-type': 'application/json' };
  const response = await fetch(`${demo.api}/v1/sessions`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`session: ${response.status} ${await response.text()}`);
  return (await response.json()).data;
}

/** A call of the sandbox's control surface. */
export async function sandbox(method, path, body) {
  const init = { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) };
  const response = await fetch(control + path, init);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** Orders that the sandbox holds of one customer. */
export async function ordersOf(customer) {
  const { data } = await sandbox('GET', '/orders');
  return data.filter((order) => order.email === customer);
}
