// The types of the headless client are those of its values: states, news and errors of real lives of a client are written down
// as literals, and compiled against the package's types. Records of the server have the types of docs/openapi.json.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { importIt, installed } from './installed.mjs';

const tsc = fileURLToPath(new URL(`../../widget/node_modules/.bin/${process.platform === 'win32' ? 'tsc.cmd' : 'tsc'}`, import.meta.url));
const { Checkout, ready } = await importIt('headless.js');
await ready(readFileSync(new URL('../../widget/dist/peeker-checkout.wasm', import.meta.url)));

/** What a client gives out in its lives. */
const seen = { State: [], Announcement: [], CheckoutError: [], Known: [], KeptImports: [], Receipt: [], PlacedResult: [] };

/** A record of the server: its type is known, and it passes through untouched. */
const record = (type, values) => ({ $type: type, ...values });
const SESSION = (id, more) => record('SessionView', {
  id, customer: 'a@example.com', expires_at: '2099-01-01T00:00:00Z', order: null, limits: { availability_names: 25 },
  plan: { required_domains: { google: 1, microsoft: 0, total: 1 } }, ...more,
});
const ROW = record('Row', { domain: 'a.com', available: true });
const QUOTE = (cents) => record('Quote', { token: 't', expires_at: '2099-01-01T00:00:00Z', currency: 'usd', lines: [{ domain: 'a.com', price_cents: cents }] });
const ORDER = record('OrderView', { id: 'ord_1', status: 'completed', final: true, domains: [{ domain: 'a.com' }] });
const RECEIPT = record('Receipt', { id: 'ord_1', status: 'in_progress' });
const IMPORT = record('ImportView', { id: 'imp_1', status: 'completed', domains: [record('ImportRow', { domain: 'b.com', status: 'completed' })] });
const refuse = (status, code, details) => [status, { error: { code, message: 'No.', field: 'domains[0]', details, retryable: false } }];

/** The text of a value as TypeScript; what passes through has its type's name in place of its fields. */
function literal(value) {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value.$type) return `({} as types.${value.$type})`;
  return `{ ${Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${literal(entry)}`).join(', ')} }`;
}

/** A client whose news and states are noted, on a server that answers by `METHOD /path`. */
async function live(t, routes, options, life) {
  t.mock.method(globalThis, 'fetch', async (url, { method }) => {
    const route = routes[`${method} ${new URL(url).pathname}`] ?? refuse(404, 'not_found');
    const [status, body] = typeof route === 'function' ? await route() : route;
    return new Response(JSON.stringify(body), { status });
  });
  t.mock.method(console, 'error', () => {});
  const checkout = new Checkout({ endpoint: 'https://pay.example.com', session: 'jwt', ...options });
  const note = () => { if (!seen.State.includes(checkout.state)) seen.State.push(checkout.state); };
  const until = (is) => new Promise((resolve) => {
    const look = () => is(checkout.state) && (stop(), resolve());
    const stop = checkout.subscribe(look);
    look();
  });
  checkout.subscribe((news) => (seen.Announcement.push(...news), note()));
  note();
  await life(checkout, until, note);
  note();
  checkout.free();
  t.mock.restoreAll();
}

const fails = (promise) => promise.then(() => assert.fail('it must fail'), (error) => seen.CheckoutError.push(error));
const isOpen = ({ session }) => session.state === 'open';
const DRAFT = { domains: ['a.com'], personas: [], quote: 't' };

async function lives(t) {
  const session = [200, { data: SESSION('ses_1') }];
  await live(t, { 'GET /v1/session': session, 'POST /v1/domains/availability': [200, { data: { domains: [ROW] } }], 'GET /v1/orders': [200, { data: [record('OrderRow', { id: 'ord_1' })] }] }, {}, async (checkout, until, note) => {
    checkout.start();
    note();
    const rows = checkout.check(['a.com']);
    await until(({ names }) => names.is_checking);
    seen.Known.push(checkout.row('b.com') ?? 'pending');
    await rows;
    checkout.search(['c.com'], true);
    seen.Known.push(checkout.row('a.com'), checkout.row('c.com'));
    await until(() => checkout.row('c.com') === 'unsettled');
    seen.Known.push(checkout.row('c.com'));
    await checkout.orders();
    await fails(checkout.quote(['a.com']));
  });
  let price = 100;
  await live(t, { 'GET /v1/session': session, 'POST /v1/quotes': () => [200, { data: QUOTE(price) }] }, {}, async (checkout, until, note) => {
    checkout.start();
    await until(isOpen);
    checkout.holdQuote(['a.com']);
    note();
    await until(({ quote }) => quote.state === 'held');
    price = 200;
    checkout.stop();
    checkout.start();
    await until(({ quote }) => quote.changes?.length);
    await fails(checkout.check(['x']));
    checkout.dropQuote();
  });
  await live(t, { 'GET /v1/session': session, 'POST /v1/quotes': refuse(400, 'domain_unavailable', { findings: [] }) }, {}, async (checkout, until) => {
    checkout.start();
    await until(isOpen);
    checkout.holdQuote(['a.com']);
    await until(({ quote }) => quote.state === 'failed');
  });
  await live(t, { 'GET /v1/session': session, 'POST /v1/domains/import': [200, { data: IMPORT }], 'GET /v1/domains/import': refuse(503, 'busy') }, {}, async (checkout, until) => {
    checkout.start();
    await until(isOpen);
    checkout.resumeImports([['c.com']]);
    seen.KeptImports.push(checkout.keptImports);
    await until(({ owned }) => owned.jobs.length === 1 && !owned.is_asking);
    await checkout.importDomains(['b.com']);
    seen.KeptImports.push(checkout.keptImports);
  });
  // An approval that is asked for, refused, and given; then the order.
  const unpaid = refuse(402, 'approval_required', { quote: 'quo_1', amount_cents: 100, currency: 'usd' });
  const answers = [unpaid, unpaid, [201, { data: RECEIPT }]];
  const approvals = [{ refused: 'No money.' }, { approval: 'jwt' }];
  const orders = { 'GET /v1/session': session, 'GET /v1/orders/ord_1': [200, { data: ORDER }] };
  await live(t, { ...orders, 'POST /v1/orders': () => answers.shift() }, { approve: async () => approvals.shift() }, async (checkout, until) => {
    checkout.start();
    await until(isOpen);
    await fails(checkout.place(DRAFT));
    seen.PlacedResult.push(await checkout.place(DRAFT));
    await until(({ order }) => order.is_final);
  });
  await live(t, { ...orders, 'POST /v1/orders': [202, { data: { id: null, status: 'placing' } }] }, {}, async (checkout, until) => {
    checkout.start();
    await until(isOpen);
    seen.PlacedResult.push(await checkout.place(DRAFT));
  });
  await live(t, { ...orders, 'POST /v1/orders': () => { throw new TypeError('lost'); } }, {}, async (checkout, until) => {
    checkout.start();
    await until(isOpen);
    await fails(checkout.place(DRAFT));
  });
  const stored = seen.Announcement.findLast(({ type, sent }) => type === 'sent' && sent).sent;
  await live(t, { 'GET /v1/session': [200, { data: SESSION('ses_2') }], 'GET /v1/orders': [200, { data: [] }] }, {}, async (checkout, until) => {
    checkout.resume(stored);
    checkout.start();
    await until(({ order }) => order.state === 'doubt');
    await checkout.orders();
    checkout.sawOrders();
    await until(({ order }) => order.has_looked);
  });
  for (const fetchSession of [undefined, () => Promise.reject(new Error('page'))]) {
    await live(t, {}, { session: undefined, fetchSession }, async (checkout) => {
      checkout.start();
      await fails(checkout.claims());
    });
  }
  await live(t, { 'GET /v1/session': [401, { error: { code: 'session_expired', message: 'Over.' } }] }, {}, async (checkout, until) => {
    checkout.start();
    await until(({ session: { state } }) => state === 'ended');
  });
}

test('what the client gives out has the types of the package', async (t) => {
  await lives(t);
  const states = (part) => new Set(seen.State.map((state) => state[part].state));
  assert.deepEqual([...states('session')].sort(), ['ended', 'failed', 'loading', 'none', 'open']);
  assert.deepEqual([...states('order')].sort(), ['approving', 'confirming', 'doubt', 'none', 'placed', 'placing', 'sending', 'unconfirmed']);
  assert.deepEqual([...states('quote')].sort(), ['asking', 'failed', 'held', 'none']);
  assert.deepEqual([...new Set(seen.Announcement.map(({ type }) => type))].sort(), ['checked', 'failed', 'ordered', 'quoted', 'sent', 'status']);
  assert.ok(seen.Announcement.some(({ type, sent }) => type === 'sent' && sent === null));
  const errors = seen.CheckoutError.map((error) => ({ ...error, name: error.name, message: error.message }));
  const code = `
    import type * as types from '@peeker-checkout/element/headless';
    export const states: types.State[] = ${literal(seen.State)};
    export const news: types.Announcement[] = ${literal(seen.Announcement)};
    export const errors: types.CheckoutError[] = ${literal(errors)};
    export const known: types.Known[] = ${literal(seen.Known)};
    export const kept: types.KeptImports[] = ${literal(seen.KeptImports)};
    export const placed: Awaited<ReturnType<types.Checkout['place']>>[] = ${literal(seen.PlacedResult)};`;
  compile('values', code.replaceAll('}, {', '},\n{'));
});

test('the code of docs/headless.md compiles', () => {
  const blocks = [...readFileSync(new URL('../../docs/headless.md', import.meta.url), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block);
  assert.equal(blocks.length, 4);
  compile('page', blocks.join('\n'), `
    declare const token: string, customer: string, fetchSession: () => Promise<string>;
    declare const draw: (state: import('@peeker-checkout/element/headless').State) => void;
    declare module 'node:fs/promises' { export function readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>; }
    interface ImportMeta { resolve(name: string): string }`);
});

/** Compiles a module of somebody who has the package; `given` declares what their page has. */
function compile(name, code, given = '') {
  const folder = join(installed(), name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'code.mts'), code);
  writeFileSync(join(folder, 'given.d.ts'), given);
  const compilerOptions = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: 'es2022', lib: ['es2022', 'dom'], types: [], module: 'nodenext' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['code.mts', 'given.d.ts'] }));
  const run = spawnSync(tsc, ['--project', folder], { encoding: 'utf8' });
  assert.equal(run.stdout + run.stderr, '');
  assert.equal(run.status, 0);
}
