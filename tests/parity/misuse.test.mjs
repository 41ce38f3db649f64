// What a page may do wrong with the headless client: each argument of another kind is a TypeError, a call at any moment is
// served, and the client works afterwards.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Checkout, onPanic, ready } from '../../widget/dist/headless.js';
import { opened, serve, SESSION, until } from './headless.mjs';

const ROWS = [200, { data: { domains: [{ domain: 'a.com', available: true }] } }];
const cyclic = {};
cyclic.domains = [cyclic];
const { proxy: revoked, revoke } = Proxy.revocable([], {});
revoke();

/** Values that no method takes, but for those that its table has. */
const VALUES = {
  undefined, null: null, number: 5, flag: true, text: 'a.com', symbol: Symbol('a'), big: 5n, function: () => {}, object: {},
  set: new Set(['a.com']), numbers: [5], holes: [, 'a.com'], names: ['a.com'], mixed: ['a.com', ['b.com']], cyclic, revoked,
  throwing: new Proxy(['a.com'], { get() { throw new Error('page'); } }),
  getter: { get domains() { throw new Error('page'); }, get session() { throw new Error('page'); } },
  toJSON: { toJSON: () => undefined },
  length: { length: 1, 0: 'a.com' },
  sent: { session: 'ses_0', domains: [], at: 1, before: [] },
};
const NAMES = ['names'];
const TEXT = ['text'];
const FLAG = ['flag'];
const OBJECT = ['object', 'set', 'length', 'sent', 'numbers', 'holes', 'names', 'mixed'];
/** What each takes, by what it is. */
const METHODS = {
  check: NAMES, quote: NAMES, importDomains: NAMES, search: NAMES, holdQuote: NAMES, row: TEXT, releaseDomain: TEXT, watch: TEXT,
  hidden: FLAG, showOrders: FLAG, orders: ['flag', 'undefined', 'null'], subscribe: ['function'], place: OBJECT,
  resume: ['sent'], resumeImports: ['names', 'mixed'],
};
const SETTERS = { endpoint: TEXT, session: ['text', 'undefined', 'null'], fetchSession: ['function', 'undefined', 'null'], approve: ['function', 'undefined', 'null'] };
const WITHOUT = ['claims', 'dropQuote', 'leave', 'lookAtImports', 'online', 'orderAgain', 'recheck', 'sawOrders', 'start', 'stop', 'free', 'constructor'];

/** Whether the client answers and calls. */
async function works(checkout) {
  assert.equal(checkout.state.session.state, 'open');
  assert.deepEqual(await checkout.check(['a.com']), ROWS[1].data.domains);
}

/** What a call throws or rejects with. */
async function failure(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function isTypeError(error, what) {
  assert.ok(error instanceof TypeError, `${what}: ${error?.name} ${error?.message}`);
  assert.match(error.message, /must be|cannot be sent as JSON/, what);
}

test('the tables here have every member of the class', () => {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(Checkout.prototype)).filter((name) => !name.startsWith('__'));
  const read = ['hasQuote', 'keptImports', 'state'];
  assert.deepEqual(names.sort(), [...Object.keys(METHODS), ...Object.keys(SETTERS), ...WITHOUT, ...read].sort());
});

test('a wrong argument is a TypeError, and the client works afterwards', async (t) => {
  const { checkout } = await opened(t, { 'POST /base/v1/domains/availability': ROWS });
  for (const [name, right] of Object.entries(METHODS)) {
    for (const [kind, value] of Object.entries(VALUES)) {
      if (right.includes(kind)) continue;
      isTypeError(await failure(() => checkout[name](value)), `${name}(${kind})`);
    }
    await works(checkout);
  }
  isTypeError(await failure(() => checkout.search(['a.com'], 'now')), 'search(names, text)');
  for (const [name, right] of Object.entries(SETTERS)) {
    for (const [kind, value] of Object.entries(VALUES)) {
      if (right.includes(kind)) continue;
      isTypeError(await failure(() => { checkout[name] = value; }), `${name} = ${kind}`);
    }
    await works(checkout);
  }
  for (const value of [undefined, 5, {}, { endpoint: 5 }, { endpoint: '', session: 5 }, { endpoint: '', approve: 'x' }, VALUES.throwing]) {
    isTypeError(await failure(() => new Checkout(value)), 'new Checkout');
  }
  isTypeError(await failure(() => onPanic(5)), 'onPanic');
  await works(checkout);
});

test('an order that cannot be sent says why, and nothing is sent', async (t) => {
  const { checkout, calls } = await opened(t, {});
  await assert.rejects(checkout.place(cyclic), { name: 'TypeError', message: /^draft cannot be sent as JSON: .*circular/i });
  await assert.rejects(checkout.place({ domains: 5n }), { name: 'TypeError', message: /BigInt/ });
  assert.deepEqual(calls.map(({ call }) => call), ['GET /base/v1/session']);
});

test('a client before ready says what to wait for', () => {
  const headless = new URL('../../widget/dist/headless.js', import.meta.url);
  const code = `import { Checkout, onPanic } from ${JSON.stringify(headless.href)};
    for (const early of [() => new Checkout({ endpoint: '' }), () => onPanic(() => {})]) try { early(); } catch ({ message }) { console.log(message); }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) });
  assert.deepEqual(said.trim().split('\n'), ['await ready() before new Checkout()', 'await ready() before onPanic()']);
});

test('a page may call the client from whatever the client calls', async (t) => {
  const panics = [];
  t.after(onPanic((message) => panics.push(message)));
  let checkout;
  let depth = 0;
  // Calls lead to timers, and these to calls: it has to end somewhere.
  let left = 100;
  const reads = [];
  const meddle = () => {
    if (!checkout || depth > 1 || (left -= 1) < 0) return;
    depth += 1;
    reads.push(checkout.state.session.state);
    checkout.row('a.com');
    checkout.search(['b.com'], true);
    checkout.check(['c.com']).catch(() => {});
    checkout.hidden(false);
    depth -= 1;
  };
  for (const name of ['setTimeout', 'clearTimeout', 'queueMicrotask']) {
    const real = globalThis[name];
    t.mock.method(globalThis, name, (...given) => (meddle(), real(...given)));
  }
  const { checkout: client } = await opened(t, {
    'POST /base/v1/domains/availability': () => (meddle(), ROWS),
    'POST /base/v1/quotes': () => (meddle(), [200, { data: { token: 't' } }]),
  }, { approve: meddle });
  checkout = client;
  client.subscribe(meddle);
  const controllers = t.mock.method(AbortController.prototype, 'abort', function abort() { meddle(); });
  assert.equal((await client.quote(['a.com'])).token, 't');
  client.check(['a.com']).catch(() => {});
  client.check(['b.com']).catch(() => {});
  client.holdQuote(['a.com']);
  client.stop();
  client.start();
  checkout = undefined;
  t.mock.restoreAll();
  assert.ok(controllers.mock.callCount() > 0 && reads.length > 5);
  serve(t, { 'GET /base/v1/session': [200, { data: SESSION }], 'POST /base/v1/domains/availability': ROWS });
  client.session = 'jwt2';
  await until(client, ({ session }) => session.state === 'open');
  await works(client);
  assert.deepEqual(panics, []);
});

test('functions of the browser that throw, and answers that are no responses, are no answer', async (t) => {
  const { checkout } = await opened(t, { 'POST /base/v1/domains/availability': ROWS });
  for (const answer of [undefined, null, 5, {}, { status: 200 }, { status: 200, headers: new Headers(), json: 5 }, { then() { throw new Error('page'); } }]) {
    t.mock.method(globalThis, 'fetch', () => answer);
    await assert.rejects(checkout.check(['a.com']), { name: 'CheckoutError', code: /^unrea/ });
    t.mock.restoreAll();
  }
  for (const name of ['setTimeout', 'clearTimeout', 'queueMicrotask']) {
    t.mock.method(globalThis, name, () => { throw new Error('page'); });
    checkout.search(['a.com']);
    t.mock.restoreAll();
  }
  serve(t, { 'POST /base/v1/domains/availability': ROWS });
  await works(checkout);
});

test('listeners are counted one by one, and end as often as one likes', async (t) => {
  const { checkout } = await opened(t, { 'POST /base/v1/domains/availability': ROWS });
  let heard = 0;
  const listener = () => { heard += 1; };
  const [first, second] = [checkout.subscribe(listener), checkout.subscribe(listener)];
  checkout.search(['a.com'], true);
  await until(checkout, () => checkout.row('a.com')?.available);
  assert.ok(heard >= 2 && heard % 2 === 0, String(heard));
  first();
  first();
  heard = 0;
  await checkout.check(['a.com']);
  await until(checkout, ({ names }) => !names.is_checking);
  assert.ok(heard >= 1, String(heard));
  second();
});

test('a client can be freed at any moment, and says so afterwards', async (t) => {
  const { checkout } = await opened(t, { 'POST /base/v1/orders': () => new Promise(() => {}), 'POST /base/v1/domains/availability': ROWS });
  const fresh = new Checkout({ endpoint: 'https://pay.example.com/base', session: 'jwt' });
  fresh.start();
  fresh.free();
  const heard = [];
  checkout.subscribe(() => heard.push('changed'));
  checkout.subscribe(() => checkout.free());
  checkout.subscribe(() => heard.push('never'));
  const placing = assert.rejects(checkout.place({ domains: ['a.com'], personas: [] }), { name: 'CheckoutError', code: 'stopped' });
  await placing;
  assert.deepEqual(heard, ['changed']);
  checkout.free();
  checkout.stop();
  assert.equal(checkout.state.session.state, 'open');
  assert.equal(checkout.row('a.com'), undefined);
  const freed = { name: 'Error', message: 'this Checkout was freed: make a new one' };
  assert.throws(() => checkout.start(), freed);
  assert.throws(() => checkout.subscribe(() => {}), freed);
  assert.throws(() => { checkout.session = 'jwt2'; }, freed);
  await assert.rejects(checkout.check(['a.com']), freed);
});

test('a state cannot be changed by the page', async (t) => {
  const { checkout } = await opened(t, {});
  assert.throws(() => { checkout.state.session = 1; }, TypeError);
  assert.throws(() => { checkout.state.session.state = 'none'; }, TypeError);
  await ready();
});
