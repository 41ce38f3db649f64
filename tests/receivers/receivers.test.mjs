// The receivers of docs/notifications/receivers, each behind an endpoint of a running demo.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startStack } from '../bench/lib/stack.mjs';

const RECEIVERS = join(import.meta.dirname, '../../docs/notifications/receivers');
const STAND_INS = join(import.meta.dirname, 'stand-ins');
/** `LANGUAGES`: those whose programs are installed. Node and Python use the real library. */
const { DEMO, DIST, PYTHON, LANGUAGES = 'node,python' } = process.env;
const languages = LANGUAGES.split(',');
const folder = mkdtempSync(join(tmpdir(), 'peeker-checkout-receivers-'));
const children = [];

async function until(what, look) {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `${what}: not within a minute`);
    await pause(50);
  }
}

function run(program, args, cwd, env = {}) {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The notification, with a letter beyond ASCII in it. */
const ID = 'ntf_0123456789abcdef0123456789abcdef';
const SESSION = 'ses_\u00e9';

/** The demo's table, in which a notification is written as the functions write it with its fact. */
class Table {
  #pk = { S: `NOTIFICATION#${ID}` };

  constructor(stack) {
    this.call = (operation, more) => stack.database(operation, { TableName: stack.demo.dynamodb_table, ...more });
  }

  async write() {
    const now = Math.floor(Date.now() / 1000);
    const order = { id: 'ord_1', status: 'in_progress', customer: null };
    const event = { type: 'order.placed', data: { order, sequence: 1, reference: null, metadata: {}, session: SESSION, approval: null } };
    const numbers = { at: now, open_due: now, expires_at: now + 86_400 };
    const texts = { sk: 'NOTIFICATION', event: JSON.stringify(event), open_shard: 'NOTIFY#0', list: 'none', list_at: 'none' };
    const of = (type, values) => Object.entries(values).map(([name, value]) => [name, { [type]: String(value) }]);
    await this.call('PutItem', { Item: { pk: this.#pk, ...Object.fromEntries([...of('N', numbers), ...of('S', texts)]) } });
  }

  /** Makes the delivery to `endpoint` due again. */
  request(endpoint) {
    return this.call('UpdateItem', {
      Key: { pk: this.#pk, sk: { S: `TO#${endpoint}` } },
      UpdateExpression: 'SET #state = :pending, open_shard = :shard, open_due = :due',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':pending': { S: 'pending' }, ':shard': { S: `TO#${endpoint}#0` }, ':due': { N: '1' } },
    });
  }

  async attempts() {
    const asked = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': this.#pk } };
    const { Items } = await this.call('Query', asked);
    return Items.filter(({ sk }) => sk.S.startsWith('TRY#')).map((item) => ({ endpoint: item.endpoint.S, status: item.status?.N }));
  }
}

/** How each language is run: program, arguments, folder. */
const start = {
  node: () => ['node', ['receiver.mjs'], join(RECEIVERS, 'node')],
  python: () => [PYTHON ?? 'python3', ['receiver.py'], join(RECEIVERS, 'python')],
  php: (port) => {
    const place = join(folder, 'php');
    mkdirSync(join(place, 'vendor'), { recursive: true });
    copyFileSync(join(RECEIVERS, 'php/receiver.php'), join(place, 'receiver.php'));
    copyFileSync(join(STAND_INS, 'php/autoload.php'), join(place, 'vendor/autoload.php'));
    return ['php', ['-S', `127.0.0.1:${port}`, 'receiver.php'], place];
  },
  ruby: () => ['ruby', ['-I', join(STAND_INS, 'ruby'), 'receiver.rb'], join(RECEIVERS, 'ruby')],
  go: () => {
    const [place, library] = ['go', 'go/library/go'].map((name) => join(folder, name));
    mkdirSync(library, { recursive: true });
    copyFileSync(join(RECEIVERS, 'go/receiver.go'), join(place, 'receiver.go'));
    copyFileSync(join(STAND_INS, 'go/webhook.go'), join(library, 'webhook.go'));
    const name = 'github.com/standard-webhooks/standard-webhooks/libraries';
    writeFileSync(join(folder, 'go/library/go.mod'), `module ${name}\n\ngo 1.19\n`);
    writeFileSync(join(place, 'go.mod'), `module receiver\n\ngo 1.19\n\nrequire ${name} v0.0.1\n\nreplace ${name} => ./library\n`);
    return ['go', ['run', 'receiver.go'], place];
  },
};

test('receivers keep each notification once', { timeout: 300_000 }, async (t) => {
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const places = [];
  for (const language of languages) places.push({ language, port: await freePort(), inbox: join(folder, `inbox-${language}`) });
  const notify = places.map(({ port }) => `http://127.0.0.1:${port}/hook`);
  const stack = await startStack(DEMO, { folder: join(folder, 'demo'), dist: DIST, notify });
  t.after(() => stack.stop());
  const { demo } = stack;
  const table = new Table(stack);
  for (const { language, port, inbox } of places) {
    mkdirSync(inbox);
    const { name, secret } = demo.notifications.find(({ url }) => url === `http://127.0.0.1:${port}/hook`);
    places.find((place) => place.port === port).endpoint = name;
    const [program, args, cwd] = start[language](port);
    run(program, args, cwd, { PORT: String(port), INBOX: inbox, WEBHOOK_SECRET: secret });
    await until(`${language} listens`, () => fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST' }).then(() => true, () => false));
  }

  await t.test('a notification is in every inbox', async () => {
    await table.write();
    for (const { language, inbox } of places) {
      const body = await until(`${language} has it`, () => {
        const files = readdirSync(inbox).filter((name) => name.endsWith('.json'));
        return files.length > 0 && JSON.parse(readFileSync(join(inbox, files[0]), 'utf8'));
      });
      assert.deepEqual([body.type, body.data.order.id, body.data.session], ['order.placed', 'ord_1', SESSION], language);
    }
  });

  await t.test('delivered again, it is acknowledged and not kept twice', async () => {
    const before = places.map(({ inbox }) => statSync(join(inbox, `${ID}.json`)).mtimeMs);
    for (const { endpoint } of places) await table.request(endpoint);
    await until('everyone has acknowledged it twice', async () => {
      const taken = (await table.attempts()).filter(({ status }) => status === '204');
      return places.every((place) => taken.filter(({ endpoint }) => endpoint === place.endpoint).length === 2);
    });
    places.forEach(({ language, inbox }, index) => {
      assert.deepEqual(readdirSync(inbox), [`${ID}.json`], language);
      assert.equal(statSync(join(inbox, `${ID}.json`)).mtimeMs, before[index], `${language} has written it again`);
    });
  });

  await t.test('what was not signed by us is refused and not kept', async () => {
    for (const { language, port, inbox } of places) {
      const headers = {
        'webhook-id': 'ntf_forged', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      };
      const answer = await fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers, body: '{}' });
      assert.deepEqual([answer.status, readdirSync(inbox).length], [401, 1], language);
    }
  });
});
