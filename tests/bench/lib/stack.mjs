// The demo as the benchmark's surroundings: sandbox, DynamoDB and keys, the same for both sides.

import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** How long the demo may take to be ready. */
const START = 60_000;

export const unique = () => randomBytes(6).toString('hex');

/** Starts the demo `program`; `data` keeps its table in a file there, `notify` are endpoints of notifications. */
export async function startStack(program, { folder, dist, data, notify = [] }) {
  const json = join(folder, 'demo.json');
  mkdirSync(folder, { recursive: true });
  rmSync(json, { force: true });
  const args = ['--port', '0', '--json', json, '--dist', dist, ...(data ? ['--data', data] : []), ...notify.flatMap((url) => ['--notify', url])];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  // Child processes end with this process.
  process.once('exit', () => child.kill());
  const since = Date.now();
  while (!existsSync(json)) {
    if (child.exitCode !== null) throw new Error(`${program} ended before it was ready (${child.exitCode})`);
    if (Date.now() - since > START) throw new Error(`${program} did not get ready`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return new Stack(JSON.parse(readFileSync(json, 'utf8')), child);
}

export class Stack {
  constructor(demo, child) {
    this.demo = demo;
    this.child = child;
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  /** Settings of our functions. */
  ours() {
    const { demo } = this;
    return {
      TABLE_NAME: demo.dynamodb_table,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      DYNAMODB_ENDPOINT: demo.dynamodb_url,
      PEEKER_BASE_URL: demo.peeker_base_url,
      PEEKER_KEYS: demo.peeker_key,
      AVAILABILITY_BATCH: '50',
      STAGE_KIND: 'test',
      SESSION_KEYS: `${demo.session_kid}:${demo.session_key}`,
      // Any key works, because each measurement starts with its own table.
      DATA_KEY: `data-${demo.session_key}`,
      PARTNER_KEYS: demo.partner_key,
      WEBHOOK_SECRETS_TEST: demo.webhook_secret,
      SEQUENCER_LOGIN_EMAIL: demo.sequencer_login_email,
      SEQUENCER_LOGIN_PASSWORD: demo.sequencer_login_password,
      ALLOWED_ORIGINS: 'https://app.example.com',
      SESSION_UPSTREAM_CALLS: '1000000',
    };
  }

  /** The same for the peers. */
  theirs() {
    const { demo } = this;
    return {
      TABLE_NAME: demo.dynamodb_table,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      DYNAMODB_ENDPOINT: demo.dynamodb_url,
      PEEKER_BASE_URL: demo.peeker_base_url,
      PEEKER_KEY: demo.peeker_key,
      SESSION_KEY: demo.session_key,
      WEBHOOK_SECRET: demo.webhook_secret,
      SESSION_UPSTREAM_CALLS: '1000000',
      NODE_ENV: 'production',
    };
  }

  /** A session of a new customer, with some claims of its own: its id, its customer, and its token. */
  session(id = `bench-${unique()}`, own = {}) {
    const now = Math.floor(Date.now() / 1000);
    const customer = `${unique()}@example.com`;
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      aud: this.demo.session_audience, sub: customer, jti: id, iat: now, exp: now + 36_000,
      plan: { bundle_id: this.demo.bundle_id }, ...own,
    };
    const head = `${encode({ alg: 'HS256', typ: 'JWT', kid: this.demo.session_kid })}.${encode(claims)}`;
    const signature = createHmac('sha256', this.demo.session_key).update(head).digest('base64url');
    return { id, customer, token: `${head}.${signature}` };
  }

  /** A signed delivery of an event of `order`: `{headers, body}`. */
  delivery(order, { status = 'in_progress', at = Date.now() } = {}) {
    const id = `evt_${unique()}`;
    const created_at = new Date(at).toISOString().replace(/\.\d+Z/, 'Z');
    const names = Array.from({ length: 19 }, (_, index) => `acme-${index}-${order.slice(-6)}.com`);
    const body = JSON.stringify({
      id, type: `order.${status}`, created_at,
      data: {
        id: order, email: 'client@example.com', status, domain_count: 19,
        costs: { total_cents: 36_800, currency: 'usd' },
        domains: { registered: names, imported: [] }, created_at: '2026-05-08T12:00:00Z',
      },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', this.demo.webhook_secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'peeker-event-id': id, 'peeker-timestamp': timestamp, 'peeker-signature': `v1=${signature}` };
    return { headers, body };
  }

  /** Whether the sandbox keeps its events to itself. */
  async hold(hold) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hold }) };
    const response = await fetch(`${this.demo.control_url}/hold`, init);
    if (!response.ok) throw new Error(`hold: ${response.status} ${await response.text()}`);
  }

  /** One call of the database, past all functions. */
  async database(operation, body) {
    const response = await fetch(this.demo.dynamodb_url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260508T120000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=local/20260508/eu-central-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** The item of an order that `session` may read: 19 domains, as the first plan of the documentation has. */
  async putOrder(id, session) {
    const Item = orderItem(id, session);
    await this.database('PutItem', { TableName: this.demo.dynamodb_table, Item });
  }
}

/** An order that was placed in `session` and is done. */
export function orderItem(id, session, open) {
  const names = Array.from({ length: 19 }, (_, index) => `acme-${index}-${id.slice(-6)}.com`);
  return {
    pk: { S: `ORDER#${id}` }, sk: { S: 'ORDER' }, status: { S: open ? 'in_progress' : 'completed' },
    version: { N: '28451865616' }, owner: { S: session.customer }, created_at: { S: '2026-05-08T12:00:00Z' },
    customers: { SS: [session.customer] }, domain_count: { N: '19' }, placed_at: { N: '1778241600' },
    names: { B: deflateSync(JSON.stringify(names)).toString('base64') },
    total_cents: { N: '36800' }, currency: { S: 'usd' }, session_ids: { SS: [session.id] }, ...open,
  };
}
