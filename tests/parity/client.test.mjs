// The headless client as JavaScript uses it: calls by fetch, records that pass through, promises, news, and what throws.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkout } from '../../widget/dist/headless.js';
import { opened, serve, SESSION, until } from './headless.mjs';

test('a session passes through as the server wrote it', async (t) => {
  const { checkout, calls } = await opened(t, {});
  assert.deepEqual(checkout.state.session, { state: 'open', view: SESSION, is_other: false });
  assert.equal(checkout.state, checkout.state);
  const [{ call, headers, init }] = calls;
  assert.deepEqual([call, headers.authorization, init.credentials], ['GET /base/v1/session', 'Bearer jwt', 'omit']);
});

test('a check resolves with rows, and a refusal rejects with the envelope', async (t) => {
  const row = { domain: 'a.com', available: true, price: { kept: 1.5 } };
  const details = { findings: [{ code: 'domain_invalid', field: 'domains[0]', message: 'No.' }], kept: { deep: 1.5 } };
  let answer = [200, { data: { domains: [row] } }];
  const { checkout, calls } = await opened(t, { 'POST /base/v1/domains/availability': () => answer });
  assert.deepEqual(await checkout.check(['a.com']), [row]);
  assert.equal(checkout.row('a.com'), checkout.row('a.com'));
  assert.deepEqual(calls.at(-1).body, { domains: ['a.com'] });
  answer = [400, { error: { code: 'domain_invalid', message: 'No.', field: 'domains[0]', details, retryable: false } }, { 'retry-after': '2' }];
  const problem = { code: 'domain_invalid', message: 'No.', field: 'domains[0]', details, status: 400, retryable: false, retry_after_ms: 2_000 };
  await assert.rejects(checkout.check(['a.com']), (error) => {
    assert.deepEqual([{ ...error, message: error.message }, error instanceof Error, String(error)], [{ name: 'CheckoutError', ...problem }, true, 'CheckoutError: No.']);
    return true;
  });
});

test('an order is sent as it was given, and watched', async (t) => {
  const record = { id: 'ord_1', status: 'completed', final: true, domains: [{ domain: 'a.com', status: 'connected' }], kept: 1.5 };
  const { checkout, calls } = await opened(t, {
    'POST /base/v1/orders': [201, { data: { id: 'ord_1', status: 'in_progress' } }],
    'GET /base/v1/orders/ord_1': [200, { data: record }, { etag: '"1"' }],
  });
  const news = [];
  checkout.subscribe((announcements) => news.push(...announcements.map(({ type }) => type)));
  const draft = { domains: [{ domain: 'a.com' }], personas: [{ first_name: 'Sam', last_name: 'Lee' }], quote: 't' };
  const placing = checkout.place(draft);
  draft.domains.push({ domain: 'b.com' });
  assert.deepEqual(await placing, { id: 'ord_1', status: 'in_progress' });
  const sent = calls.find(({ call }) => call === 'POST /base/v1/orders').body;
  assert.deepEqual(sent, { ...draft, domains: [{ domain: 'a.com' }] });
  const { order } = await until(checkout, ({ order: { order: known } }) => known);
  assert.deepEqual([order.status, order.is_final, order.order], ['completed', true, record]);
  assert.deepEqual(news, ['sent', 'sent', 'ordered', 'status']);
});

test('a page that throws, and an endpoint that is not an address, end in states', async (t) => {
  const { checkout } = await opened(t, {
    'POST /base/v1/orders': [402, { error: { code: 'approval_required', message: 'Pay.', details: { quote: 'quo_1', amount_cents: 5, currency: 'usd' } } }],
  }, { approve: () => { throw new Error('broken page'); } });
  const reported = t.mock.method(console, 'error', () => {});
  const broken = new Error('broken listener');
  checkout.subscribe(() => { throw broken; });
  await assert.rejects(checkout.place({ domains: [{ domain: 'a.com' }] }), { code: 'approval_refused' });
  await until(checkout, ({ order }) => order.problem);
  assert.equal(reported.mock.calls[0]?.arguments[0], broken);
  for (const endpoint of ['not a url', '']) {
    t.mock.restoreAll();
    const lost = new Checkout({ endpoint, session: 'jwt' });
    lost.start();
    const { session } = await until(lost, ({ session: { state } }) => state === 'failed');
    assert.deepEqual([session.problem.code, session.is_final], ['unreachable', false]);
  }
});

test('another session is asked of the page, and the same one does not connect twice', async (t) => {
  const over = [401, { error: { code: 'session_expired', message: 'Over.' } }];
  let isOver = false;
  const asked = [];
  const { checkout, calls } = await opened(t, {
    'GET /base/v1/session': () => [200, { data: { ...SESSION, id: isOver ? 'ses_2' : 'ses_1' } }],
    'POST /base/v1/quotes': () => over,
  }, { fetchSession: async () => (asked.push(1), isOver = true, 'jwt2') });
  await assert.rejects(checkout.quote(['a.com']), { code: 'session_expired', status: 401 });
  await until(checkout, ({ session }) => session.view.id === 'ses_2');
  assert.equal(checkout.session, 'jwt2');
  checkout.session = 'jwt2';
  assert.deepEqual([asked.length, calls.filter(({ call }) => call.includes('session')).length], [1, 2]);
});

test('calls wait for the session, as the README shows them', async (t) => {
  serve(t, { 'GET /v1/session': [200, { data: SESSION }], 'POST /v1/domains/availability': [200, { data: { domains: [{ domain: 'a.com' }] } }] });
  const checkout = new Checkout({ endpoint: 'https://pay.example.com', session: '', fetchSession: () => 'jwt' });
  t.after(() => checkout.free());
  await assert.rejects(checkout.check(['a.com']), { code: 'not_now', message: /call start\(\) first/ });
  checkout.start();
  assert.deepEqual(await checkout.check(['A.com']), [{ domain: 'a.com' }]);
});

test('a page that cannot give its first session has a state that says so, and start asks again', async (t) => {
  serve(t, { 'GET /v1/session': [200, { data: SESSION }] });
  const broken = new Error('backend');
  const answers = [() => Promise.reject(broken), () => { throw broken; }, () => null, () => '', () => 'jwt\n'];
  const reported = t.mock.method(console, 'error', () => {});
  const checkout = new Checkout({ endpoint: 'https://pay.example.com', fetchSession: () => answers.shift()() });
  t.after(() => checkout.free());
  const seen = [];
  for (const _ of [1, 2, 3, 4]) {
    checkout.start();
    const waiting = checkout.quote(['a.com']);
    assert.equal(checkout.state.session.state, 'loading');
    await assert.rejects(waiting, ({ code }) => seen.push(code) > 0);
    assert.deepEqual([checkout.state.session.state, checkout.state.session.is_final, checkout.state.session.problem.code], ['failed', false, seen.at(-1)]);
  }
  assert.deepEqual(seen, ['session_unavailable', 'session_unavailable', 'session_missing', 'session_missing']);
  assert.deepEqual(reported.mock.calls.map(({ arguments: [error] }) => error), [broken, broken]);
  checkout.start();
  await until(checkout, ({ session }) => session.state === 'open');
  assert.equal(checkout.session, 'jwt');
});

test('an answer that is not the order proxy\'s is told from none', async (t) => {
  const answers = { 'GET /html': [200, '<html>'], 'GET /list': [200, []], 'GET /null': [200, { data: null }], 'GET /gateway': [502, '<html>'] };
  const routes = Object.fromEntries(Object.entries(answers).map(([call, answer]) => [`${call}/v1/session`, answer]));
  serve(t, { ...routes, 'GET /lost/v1/session': () => { throw new TypeError('no network'); } });
  for (const [path, code] of [['html', 'unreadable_answer'], ['list', 'unreadable_answer'], ['null', 'unreadable_answer'], ['gateway', 'unreadable_answer'], ['lost', 'unreachable']]) {
    const checkout = new Checkout({ endpoint: `https://pay.example.com/${path}`, session: 'jwt' });
    checkout.start();
    const { session } = await until(checkout, ({ session: { state } }) => state === 'failed');
    assert.deepEqual([path, session.problem.code, session.problem.retryable], [path, code, true]);
    checkout.free();
  }
});
